/// Why a picture or a whole screen could not be shown.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  case notEncoded(protocol: String, reason: String)
  case notWritten(reason: String)
  case noTerminal
  case unknownTerminal(name: String, reason: String)
  case notOpened(name: String, reason: String)

  public var description: String {
    switch self {
    case .notEncoded(let name, let reason):
      "The picture could not be encoded as \(name): \(reason). The file itself is not affected."
    case .notWritten(let reason):
      "The picture could not be shown in the terminal: \(reason). The file itself is not affected."
    case .noTerminal:
      "There is no terminal to draw on. Run this in one, or use --plain."
    case .unknownTerminal(let name, let reason):
      "The terminal \"\(name)\" cannot be used: \(reason). Set TERM to xterm-256color, or use --plain."
    case .notOpened(let name, let reason):
      "The terminal \(name) could not be opened: \(reason). Use --plain."
    }
  }
}
