/// What a cell is for; a theme says what that looks like.
///
/// Themes name roles by their raw values. Nothing is said by a role alone: a mark or a word goes
/// with it.
public enum Role: String, Sendable, CaseIterable, Hashable {
  /// Ordinary text and the ground of the whole screen.
  case text
  /// Less important: units, explanations, what is inactive.
  case muted
  /// What stands out without being pressing.
  case accent
  case border
  case borderFocused = "border.focused"
  case title
  case titleFocused = "title.focused"
  /// The row under the cursor of the focused list.
  case selected
  /// The row under the cursor of a list without the focus.
  case selectedInactive = "selected.inactive"
  /// A field while it is edited.
  case input
  /// A key in the hint line and in help.
  case key
  case success
  case warning
  case error
  case progress
  case progressTrack = "progress.track"
  /// What a search or a fuzzy filter found.
  case match
  /// A weighted word of a prompt.
  case weight
  /// Alternatives, wildcards and style names of a prompt.
  case template
  /// The part of a prompt that gets no tokens.
  case cut
  /// Text that stands in an empty field.
  case placeholder
  case popup
  case popupBorder = "popup.border"
  /// Cells that belong to a picture.
  case image
}

/// How a cell is set apart where colours are missing, or in addition to them.
public struct TextAttributes: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let bold = TextAttributes(rawValue: 1)
  public static let dim = TextAttributes(rawValue: 2)
  public static let italic = TextAttributes(rawValue: 4)
  public static let underline = TextAttributes(rawValue: 8)
  public static let reverse = TextAttributes(rawValue: 16)
}
