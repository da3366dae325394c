public import Foundation

/// A JSON file of settings, with readers that say what is wrong with a value.
///
/// Takes `-Infinity` and `NaN` as numbers, which published scheduler configurations contain.
public struct ConfigurationFile: Sendable, Equatable {
  /// Published ones have about a kilobyte.
  private static let byteLimit = 1_000_000

  /// Where it came from, for messages.
  public let source: String
  public let values: [String: JSONValue]

  /// - Throws: ``ConfigurationError`` if the file cannot be opened or is no JSON object.
  public init(_ file: URL) throws(ConfigurationError) {
    let mapped: MappedFile
    do throws(FileFault) {
      mapped = try MappedFile(file.path)
    } catch {
      throw .unopened(file: file.path, error)
    }
    try self.init(source: file.path, mapped.bytes)
  }

  /// - Throws: ``ConfigurationError`` if the text is no JSON object.
  public init(source: String, json: Data) throws(ConfigurationError) {
    let result = json.withUnsafeBytes { bytes in
      Result { () throws(ConfigurationError) in try ConfigurationFile(source: source, bytes) }
    }
    self = try result.get()
  }

  /// Settings that stand in no file of their own.
  init(source: String, values: [String: JSONValue]) {
    self.source = source
    self.values = values
  }

  init(source: String, _ text: UnsafeRawBufferPointer) throws(ConfigurationError) {
    guard text.count <= Self.byteLimit else {
      throw .tooLong(file: source, bytes: text.count, limit: Self.byteLimit)
    }
    let root: JSONValue
    do throws(JSONFault) {
      root = try JSONValue(parsing: text)
    } catch {
      throw .notJSON(file: source, error)
    }
    guard case .object(let values) = root else {
      throw .notAnObject(file: source, found: root.shown)
    }
    self.source = source
    self.values = values
  }

  /// As `JSONSerialization` gives it.
  public var foundation: [String: Any] { values.mapValues(\.foundation) }

  /// The value of a key; nothing if it is absent or null.
  public subscript(_ key: String) -> JSONValue? {
    values[key].flatMap { $0 == .null ? nil : $0 }
  }

  // MARK: Typed values

  /// - Parameters:
  ///   - fallback: For a key that is absent or null; without one the key is needed.
  /// - Throws: ``ConfigurationError/badValue(file:key:found:needed:)``, like all readers.
  public func integer(_ key: String, in range: ClosedRange<Int>, default fallback: Int? = nil)
    throws(ConfigurationError) -> Int
  {
    guard let value = self[key] else {
      if let fallback { return fallback }
      throw bad(key, Self.needed("a whole number", range))
    }
    guard let number = value.whole, range.contains(number) else {
      throw bad(key, Self.needed("a whole number", range))
    }
    return number
  }

  public func number(
    _ key: String, in range: ClosedRange<Double>, default fallback: Double? = nil
  ) throws(ConfigurationError) -> Double {
    guard let value = self[key] else {
      if let fallback { return fallback }
      throw bad(key, Self.needed("a number", range))
    }
    guard let number = value.real, range.contains(number) else {
      throw bad(key, Self.needed("a number", range))
    }
    return number
  }

  public func bool(_ key: String, default fallback: Bool? = nil) throws(ConfigurationError)
    -> Bool
  {
    switch self[key] {
    case .bool(let value): return value
    case nil:
      if let fallback { return fallback }
      throw bad(key, "true or false")
    default: throw bad(key, "true or false")
    }
  }

  public func string(_ key: String, default fallback: String? = nil) throws(ConfigurationError)
    -> String
  {
    switch self[key] {
    case .string(let value): return value
    case nil:
      if let fallback { return fallback }
      throw bad(key, "a text")
    default: throw bad(key, "a text")
    }
  }

  /// A list of whole numbers, none longer than is sensible for a network's stages.
  public func integers(_ key: String, in range: ClosedRange<Int>, count: ClosedRange<Int>)
    throws(ConfigurationError) -> [Int]
  {
    let needed =
      "a list of \(count.lowerBound) to \(count.upperBound) whole numbers "
      + "from \(range.lowerBound) to \(range.upperBound)"
    guard case .array(let elements) = self[key], count.contains(elements.count) else {
      throw bad(key, needed)
    }
    let numbers = elements.compactMap(\.whole).filter(range.contains)
    guard numbers.count == elements.count else { throw bad(key, needed) }
    return numbers
  }

  // MARK: Choices

  /// Refuses every value but `supported`; an absent key has it.
  public func require(_ key: String, _ supported: JSONValue) throws(ConfigurationError) {
    guard let value = self[key], value != supported else { return }
    throw .unsupported(file: source, key: key, found: value.shown, supported: supported.shown)
  }

  /// For a value that its reader accepted and something else contradicts.
  func bad(_ key: String, _ needed: String) -> ConfigurationError {
    .badValue(file: source, key: key, found: values[key]?.shown ?? "nothing", needed: needed)
  }

  private static func needed<T>(_ kind: String, _ range: ClosedRange<T>) -> String {
    "\(kind) from \(range.lowerBound) to \(range.upperBound)"
  }
}

extension JSONValue {
  /// A whole number, however it is written: `2`, `2.0`.
  fileprivate var whole: Int? {
    switch self {
    case .integer(let value): value
    case .number(let value): Int(exactly: value)
    default: nil
    }
  }

  fileprivate var real: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }
}
