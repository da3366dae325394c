/// What can be wrong with JSON text, and at which byte.
public enum JSONFault: Error, Equatable, CustomStringConvertible {
  case unexpected(found: String, needed: String, at: Int)
  case invalidUTF8(at: Int)
  case duplicateKey(String, at: Int)
  case tooDeep(limit: Int, at: Int)
  case tooMany(String, limit: Int, at: Int)
  case numberTooLarge(at: Int)

  public var description: String {
    switch self {
    case .unexpected(let found, let needed, let at):
      "there is \(found) at byte \(at) where \(needed) was needed"
    case .invalidUTF8(let at):
      "the text at byte \(at) is not UTF-8"
    case .duplicateKey(let key, let at):
      "the key \(key.quoted) comes a second time at byte \(at)"
    case .tooDeep(let limit, let at):
      "byte \(at) is nested deeper than \(limit) levels"
    case .tooMany(let things, let limit, let at):
      "there are more than \(limit) \(things) at byte \(at)"
    case .numberTooLarge(let at):
      "the number at byte \(at) is too large"
    }
  }
}
