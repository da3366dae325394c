/// Why a theme cannot be used.
public enum ThemeError: Error, Equatable, CustomStringConvertible {
  case damaged(name: String, line: Int, reason: String)
  case notFound(name: String, nearest: String?)
  case unreadable(name: String, reason: String)
  case inheritsItself(name: String)

  public var description: String {
    switch self {
    case .damaged(let name, let line, let reason):
      "Theme \(name), line \(line): \(reason). Until that is mended another theme is used."
    case .notFound(let name, let nearest):
      "There is no theme \(name). "
        + (nearest.map { "Was \($0) meant?" } ?? "Put \(name).toml into the themes folder.")
    case .unreadable(let name, let reason):
      "Theme \(name) cannot be read: \(reason)."
    case .inheritsItself(let name):
      "Theme \(name) inherits itself. Remove its line `inherits`."
    }
  }
}
