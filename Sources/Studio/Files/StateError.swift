/// Why something the studio keeps could not be read or replaced.
public enum StateError: Error, Equatable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  /// Written by a later version of the program.
  case newer(path: String, version: Int, known: Int)
  /// Damaged, and it could not be put aside.
  case stuck(path: String, reason: String)
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason):
      "'\(path)' could not be read: \(reason). It is left as it is; check its permissions."
    case .newer(let path, let version, let known):
      "'\(path)' has format \(version) of a later pixart, this one knows \(known). "
        + "It is left as it is; update pixart."
    case .stuck(let path, let reason):
      "'\(path)' is damaged (\(reason)) and could not be renamed. Move it away to save again."
    case .unwritable(let path, let reason):
      "What belongs in '\(path)' could not be put in writing: \(reason). The last version stays."
    }
  }
}
