import Terminal

extension ActionTable {
  /// The table as the README has it.
  public static var markdown: String {
    Action.Scope.allCases.map { scope in
      let rows = actions.filter { $0.scope == scope && !$0.keys.isEmpty }.map { action in
        let keys = action.keys.map { "`\($0)`" }.joined(separator: " ")
        return "| \(keys) | \(action.title) |"
      }
      return (["**\(scope.title)**", "", "| keys | |", "|---|---|"] + rows).joined(separator: "\n")
    }.joined(separator: "\n\n")
  }

  /// The table as sections of a manual page, in the macros of `man`.
  public static var manual: String {
    Action.Scope.allCases.map { scope in
      let rows = actions.filter { $0.scope == scope && !$0.keys.isEmpty }.map { action in
        let keys = action.keys.map(\.description).joined(separator: ", ").escapedForManual
        return ".TP\n.B \(keys)\n\(action.title.escapedForManual)"
      }
      return ([".SS \(scope.title)"] + rows).joined(separator: "\n")
    }.joined(separator: "\n")
  }
}

extension Action.Scope {
  var title: String {
    switch self {
    case .everywhere: "Everywhere"
    case .panels: "In every panel, not while typing"
    case .text: "While typing a prompt"
    case .settings: "Settings"
    case .preview: "Preview"
    case .queue: "Queue"
    case .pictures: "Pictures"
    case .sheet: "Preview, while a sheet is shown"
    case .gallery: "Gallery"
    }
  }
}

extension String {
  /// A backslash, and a dot or an apostrophe that begins a line, mean something in a manual page.
  fileprivate var escapedForManual: String {
    let text = replacing("\\", with: "\\e").replacing("-", with: "\\-")
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&\(text)" : text
  }
}
