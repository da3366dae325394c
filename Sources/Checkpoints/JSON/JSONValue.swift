public import Foundation

/// A value of a configuration file.
public enum JSONValue: Sendable, Equatable {
  case null
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case string(String)
  case array([JSONValue])
  case object([String: JSONValue])

  /// Parses a whole text as Python's `json` does, so `NaN`, `Infinity` and `-Infinity` are numbers.
  ///
  /// - Throws: ``JSONFault``.
  public init(parsing text: Data) throws(JSONFault) {
    let result = text.withUnsafeBytes { bytes in
      Result { () throws(JSONFault) in try JSONValue(parsing: bytes) }
    }
    self = try result.get()
  }

  package init(parsing text: UnsafeRawBufferPointer) throws(JSONFault) {
    var reader = try JSONReader(text, allowsNonFinite: true)
    self = try reader.value()
    try reader.end()
  }

  /// As `JSONSerialization` gives it: `NSNumber`, `String`, `NSNull`, `[Any]`, `[String: Any]`.
  public var foundation: Any {
    switch self {
    case .null: NSNull()
    case .bool(let value): NSNumber(value: value)
    case .integer(let value): NSNumber(value: value)
    case .number(let value): NSNumber(value: value)
    case .string(let value): value
    case .array(let values): values.map(\.foundation)
    case .object(let members): members.mapValues(\.foundation)
    }
  }

  /// For messages: the value if it is short, else what kind it is.
  package var shown: String {
    switch self {
    case .null: "null"
    case .bool(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): "\(value)"
    case .string(let value): value.quoted
    case .array(let values): "a list of \(values.count)"
    case .object: "an object"
    }
  }
}
