/// What can be wrong with a configuration file.
public enum ConfigurationError: Error, Equatable, CustomStringConvertible {
  case unopened(file: String, FileFault)
  case tooLong(file: String, bytes: Int, limit: Int)
  case notJSON(file: String, JSONFault)
  case notAnObject(file: String, found: String)
  /// A value that is absent, of another kind or outside of what makes sense.
  case badValue(file: String, key: String, found: String, needed: String)
  /// Well formed, but of a network that is not built here.
  case unsupported(file: String, key: String, found: String, supported: String)

  public var description: String {
    switch self {
    case .unopened(let file, let fault):
      "\(file) \(fault)."
    case .tooLong(let file, let bytes, let limit):
      "\(file) has \(bytes) bytes, but a configuration has at most \(limit). Download it again."
    case .notJSON(let file, let fault):
      "\(file) is not valid JSON: \(fault). Download it again."
    case .notAnObject(let file, let found):
      "\(file) holds \(found), but an object with keys was needed. Download it again."
    case .badValue(let file, let key, let found, let needed):
      "\(file) has \(found) for '\(key)', but \(needed) was needed. "
        + "Check that it belongs to this model, or download it again."
    case .unsupported(let file, let key, let found, let supported):
      "\(file) has \(found) for '\(key)', but only \(supported) can be used. "
        + "Choose a model of this kind."
    }
  }
}
