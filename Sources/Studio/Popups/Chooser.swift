/// A list over the screen to choose from, narrowed by typing.
public struct Chooser: Sendable, Equatable {
  public enum Kind: Sendable, Equatable {
    /// Actions of a panel.
    case help(Panel)
    case galleryHelp
    /// Every action and every value of a setting.
    case palette
    case history
    case theme
    case model, size, sampler, style
    /// Pictures and what branched from them.
    case branches
  }

  public let kind: Kind
  public var query = TextEditor("")
  public var selection = 0
  var items: [ChooserItem] = []

  init(_ kind: Kind) { self.kind = kind }

  var title: String {
    switch kind {
    case .help(let panel): "What can be done in \(panel.title)"
    case .galleryHelp: "What can be done in the gallery"
    case .palette: "Commands"
    case .history: "Prompts of before"
    case .theme: "Themes"
    case .model: "Models"
    case .size: "Sizes"
    case .sampler: "Samplers"
    case .style: "Styles"
    case .branches: "Pictures and their branches"
    }
  }
}

/// A row of a ``Chooser``.
struct ChooserItem: Sendable, Equatable {
  enum Value: Sendable, Equatable {
    case action(Action)
    case prompt(String, negative: String)
    case theme(String)
    case setting(SettingsRow, String?)
    case film(Int)
  }

  let label: String
  var detail = ""
  var key = ""
  let value: Value
  /// Characters of the label that the query found.
  var matches: [Int] = []
}

/// A text over the screen.
public struct TextPopup: Sendable, Equatable {
  public var title: String
  public var lines: [String]
  public var scroll = 0
}
