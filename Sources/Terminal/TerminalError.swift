/// Why a picture could not be shown; a program does well without.
public enum TerminalError: Error, Equatable, CustomStringConvertible {
  case notEncoded(protocol: String, reason: String)
  case notWritten(reason: String)

  public var description: String {
    switch self {
    case .notEncoded(let name, let reason):
      "The picture could not be encoded as \(name): \(reason). The file itself is not affected."
    case .notWritten(let reason):
      "The picture could not be shown in the terminal: \(reason). The file itself is not affected."
    }
  }
}
