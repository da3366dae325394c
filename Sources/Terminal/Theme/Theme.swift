/// How cells of a role look.
public struct Look: Sendable, Hashable {
  public var foreground: ThemeColor
  public var background: ThemeColor
  public var attributes: TextAttributes

  public init(
    foreground: ThemeColor = .terminal, background: ThemeColor = .terminal,
    attributes: TextAttributes = []
  ) {
    self.foreground = foreground
    self.background = background
    self.attributes = attributes
  }
}

/// What the roles of a screen look like.
public struct Theme: Sendable, Equatable {
  /// Grounds that a theme was made for.
  public enum Appearance: String, Sendable, CaseIterable {
    case dark, light, any
  }

  public let name: String
  public let appearance: Appearance
  private let looks: [Role: Look]

  /// - Parameter looks: What is missing looks like text.
  public init(name: String, appearance: Appearance = .any, looks: [Role: Look]) {
    self.name = name
    self.appearance = appearance
    self.looks = looks
  }

  public subscript(role: Role) -> Look { looks[role] ?? looks[.text] ?? Look() }

  /// The roles that the theme itself gives a look.
  public var roles: Set<Role> { Set(looks.keys) }

  /// Attributes and the terminal's 16 colours; what is used if no file can be.
  public static let plain = Theme(
    name: "default",
    looks: [
      .text: Look(),
      .muted: Look(foreground: .index(8)),
      .accent: Look(foreground: .index(6)),
      .border: Look(foreground: .index(8)),
      .borderFocused: Look(foreground: .index(4), attributes: .bold),
      .title: Look(),
      .titleFocused: Look(foreground: .index(4), attributes: .bold),
      .selected: Look(attributes: .reverse),
      .selectedInactive: Look(attributes: .bold),
      .input: Look(),
      .key: Look(foreground: .index(4), attributes: .bold),
      .success: Look(foreground: .index(2)),
      .warning: Look(foreground: .index(3)),
      .error: Look(foreground: .index(1), attributes: .bold),
      .progress: Look(foreground: .index(4)),
      .progressTrack: Look(foreground: .index(8)),
      .match: Look(foreground: .index(3), attributes: [.bold, .underline]),
      .weight: Look(foreground: .index(5), attributes: .bold),
      .template: Look(foreground: .index(6)),
      .cut: Look(foreground: .index(8), attributes: [.italic, .underline]),
      .placeholder: Look(foreground: .index(8), attributes: .italic),
      .popup: Look(),
      .popupBorder: Look(foreground: .index(4)),
      .image: Look(),
    ])
}
