import Foundation

/// A value in JSON that another program wrote: any shape, nothing promised.
///
/// What is not there, or is of another type, is nil or empty; asking never fails.
struct ForeignJSON {
  /// Graphs of hundreds of nodes take some 100 kB.
  static let byteLimit = 2 << 20

  private let value: Any?

  private init(_ value: Any?) { self.value = value }

  /// - Throws: ``ForeignFault``.
  init(parsing text: String) throws(ForeignFault) {
    guard text.utf8.count <= Self.byteLimit else { throw .tooLong(bytes: text.utf8.count) }
    if let value = try? JSONSerialization.jsonObject(with: Data(text.utf8)) {
      self.value = value
      return
    }
    // Python writes NaN and Infinity, which are no JSON; ComfyUI's graphs hold such.
    guard let value = try? JSONSerialization.jsonObject(with: Data(Self.withoutNaN(text).utf8))
    else { throw .notJSON }
    self.value = value
  }

  subscript(key: String) -> ForeignJSON { ForeignJSON((value as? [String: Any])?[key]) }

  subscript(index: Int) -> ForeignJSON {
    guard let array = value as? [Any], array.indices.contains(index) else {
      return ForeignJSON(nil)
    }
    return ForeignJSON(array[index])
  }

  var members: [String: ForeignJSON] {
    (value as? [String: Any])?.mapValues { ForeignJSON($0) } ?? [:]
  }

  var elements: [ForeignJSON] { (value as? [Any])?.map { ForeignJSON($0) } ?? [] }

  var isObject: Bool { value is [String: Any] }
  var isArray: Bool { value is [Any] }

  var string: String? { value as? String }

  /// Numbers are also read from strings, as some nodes write them.
  var integer: Int? { number(Int.init(exactly:), Int.init) }
  var unsigned: UInt64? { number(UInt64.init(exactly:), UInt64.init) }
  var double: Double? { number(\.doubleValue, Double.init) }

  private func number<Number>(
    _ fromNumber: (NSNumber) -> Number?, _ fromText: (String) -> Number?
  ) -> Number? {
    if let text = value as? String { return fromText(text) }
    return (value as? NSNumber).flatMap(fromNumber)
  }

  /// `NaN` and `Infinity` outside of strings become `null`.
  private static func withoutNaN(_ text: String) -> String {
    var result: [UInt8] = []
    var rest = Array(text.utf8)[...]
    var isString = false
    let words = ["-Infinity", "Infinity", "NaN"].map { Array($0.utf8) }
    while let byte = rest.first {
      if !isString, let word = words.first(where: { rest.starts(with: $0) }) {
        result += Array("null".utf8)
        rest = rest.dropFirst(word.count)
        continue
      }
      let isEscape = isString && byte == UInt8(ascii: "\\")
      if byte == UInt8(ascii: "\"") { isString.toggle() }
      result += rest.prefix(isEscape ? 2 : 1)
      rest = rest.dropFirst(isEscape ? 2 : 1)
    }
    return String(decoding: result, as: UTF8.self)
  }
}

/// Why another program's text cannot be understood.
enum ForeignFault: Error, Equatable, CustomStringConvertible {
  case tooLong(bytes: Int)
  case notJSON
  case missing(String)

  var description: String {
    switch self {
    case .tooLong(let bytes): "\(bytes) bytes, at most \(ForeignJSON.byteLimit) are read"
    case .notJSON: "it is not JSON"
    case .missing(let what): "it has no \(what)"
    }
  }
}
