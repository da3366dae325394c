/// Something in a settings file that does not count, so that its default does.
public struct SettingsProblem: Sendable, Equatable, CustomStringConvertible {
  public let file: String
  /// From 1; nil if the key could not be found again in the text.
  public let line: Int?
  public let key: String
  /// What was found and what was needed.
  public let message: String

  public var description: String {
    let place = line.map { "\(file), line \($0)" } ?? file
    return "\(place): '\(key)' \(message)"
  }
}

/// Why a settings file could not be taken at all; the last good settings stay in force.
public enum SettingsError: Error, Equatable, CustomStringConvertible {
  case unreadable(StateError)
  /// Line and column from 1.
  case damaged(file: String, line: Int, column: Int, reason: String)
  case tooLarge(file: String, bytes: Int, limit: Int)

  public var description: String {
    switch self {
    case .unreadable(let error): error.description
    case .damaged(let file, let line, let column, let reason):
      "\(file), line \(line), column \(column): \(reason). "
        + "The last good settings stay; correct the line and save."
    case .tooLarge(let file, let bytes, let limit):
      "\(file) has \(bytes) bytes, settings have at most \(limit). The last good settings stay."
    }
  }
}
