import Foundation

/// Reads JSON from memory in one pass, keeping nothing but its place.
///
/// Strict after RFC 8259, and duplicate keys are faults; only ``allowsNonFinite`` opens the door
/// that Python's `json` leaves open: `NaN`, `Infinity`, `-Infinity`. Every loop is bounded by the
/// text and every nesting by ``depthLimit``, so that no text can exhaust stack or memory.
package struct JSONReader {
  package static let depthLimit = 64
  /// Bytes of a string that is kept.
  private static let stringLimit = 65_536

  let bytes: UnsafeBufferPointer<UInt8>
  private let allowsNonFinite: Bool
  private var position = 0
  private var depth = 0

  /// - Parameter text: Must outlive the reader.
  /// - Throws: ``JSONFault/invalidUTF8(at:)``.
  package init(_ text: UnsafeRawBufferPointer, allowsNonFinite: Bool = false) throws(JSONFault) {
    bytes = text.bindMemory(to: UInt8.self)
    self.allowsNonFinite = allowsNonFinite
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      throw .invalidUTF8(at: error.byteOffsets.lowerBound)
    }
  }

  // MARK: Values

  /// Any value, as a tree.
  package mutating func value() throws(JSONFault) -> JSONValue {
    switch peek() {
    case UInt8(ascii: "{"):
      var members: [String: JSONValue] = [:]
      try object { (reader, key, at) throws(JSONFault) in
        let value = try reader.value()
        guard members.updateValue(value, forKey: key) == nil else {
          throw .duplicateKey(key, at: at)
        }
      }
      return .object(members)
    case UInt8(ascii: "["):
      var elements: [JSONValue] = []
      try array { (reader) throws(JSONFault) in elements.append(try reader.value()) }
      return .array(elements)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default: return try number()
    }
  }

  /// Passes over any value, unread: duplicate keys and odd escapes go unnoticed.
  package mutating func skip() throws(JSONFault) {
    switch peek() {
    case UInt8(ascii: "{"): try object { (reader, _, _) throws(JSONFault) in try reader.skip() }
    case UInt8(ascii: "["): try array { (reader) throws(JSONFault) in try reader.skip() }
    case UInt8(ascii: "\""): try skipString()
    default: _ = try value()
    }
  }

  /// Calls `member` with each key and its position, to read the value.
  package mutating func object(
    _ member: (inout JSONReader, String, Int) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try enter("{", "an object")
    if take("}") { return leave() }
    repeat {
      _ = peek()
      let at = position
      let key = try string(needed: "a key")
      try expect(":")
      try member(&self, key, at)
    } while take(",")
    try expect("}", orComma: true)
    leave()
  }

  /// Calls `element` before each element, to read it.
  package mutating func array(
    _ element: (inout JSONReader) throws(JSONFault) -> Void
  ) throws(JSONFault) {
    try enter("[", "an array")
    if take("]") { return leave() }
    repeat { try element(&self) } while take(",")
    try expect("]", orComma: true)
    leave()
  }

  /// A whole number from 0 on, in digits only.
  package mutating func count() throws(JSONFault) -> Int {
    _ = peek()
    let start = position
    var value = 0
    while let byte = current, isDigit(byte) {
      let (tens, overflowed) = value.multipliedReportingOverflow(by: 10)
      let (sum, carried) = tens.addingReportingOverflow(Int(byte - UInt8(ascii: "0")))
      if overflowed || carried { throw .numberTooLarge(at: start) }
      value = sum
      position += 1
    }
    let needed = "a whole number from 0 on"
    guard position > start else { throw unexpected(needed) }
    let hasLeadingZero = bytes[start] == UInt8(ascii: "0") && position > start + 1
    if hasLeadingZero || ".eE".utf8.contains(where: { $0 == current }) {
      throw .unexpected(found: "another number", needed: needed, at: start)
    }
    return value
  }

  /// Nothing but white space may follow.
  package mutating func end() throws(JSONFault) {
    guard peek() == nil else { throw unexpected("the end") }
  }

  /// For faults that the caller finds in a value it has just read.
  package var place: Int { position }

  // MARK: Strings

  package mutating func string(needed: String = "a string") throws(JSONFault) -> String {
    let (range, isEscaped) = try passString(needed)
    guard range.count <= Self.stringLimit else {
      throw .tooMany("bytes in one string", limit: Self.stringLimit, at: range.lowerBound)
    }
    // The whole text is known to be UTF-8, so nothing is repaired here.
    return isEscaped ? try unescaped(range) : String(decoding: bytes[range], as: UTF8.self)
  }

  /// Passes over a string, however long.
  package mutating func skipString() throws(JSONFault) { _ = try passString("a string") }

  /// - Returns: What is between the quotes, and whether there are escapes in it.
  private mutating func passString(_ needed: String) throws(JSONFault) -> (Range<Int>, Bool) {
    guard peek() == UInt8(ascii: "\"") else { throw unexpected(needed) }
    let start = position + 1
    var end = start
    var isEscaped = false
    while end < bytes.count, bytes[end] != UInt8(ascii: "\"") {
      if bytes[end] < 0x20 {
        position = end
        throw unexpected("text without control characters")
      }
      let isEscape = bytes[end] == UInt8(ascii: "\\")
      isEscaped = isEscaped || isEscape
      end += isEscape ? 2 : 1
    }
    guard end < bytes.count else {
      position = bytes.count
      throw unexpected("the closing quote")
    }
    position = end + 1
    return (start..<end, isEscaped)
  }

  // MARK: Numbers

  private mutating func number() throws(JSONFault) -> JSONValue {
    _ = peek()
    let start = position
    let isNegative = take("-")
    if allowsNonFinite, let special = try nonFinite(isNegative: isNegative) { return special }
    guard let first = current, isDigit(first) else { throw unexpected("a value") }
    skipDigits()
    if first == UInt8(ascii: "0"), position > start + (isNegative ? 2 : 1) {
      throw .unexpected(found: "a leading zero", needed: "a number", at: start)
    }
    var isWhole = true
    if current == UInt8(ascii: ".") {
      isWhole = false
      position += 1
      guard skipDigits() > 0 else { throw unexpected("a digit") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      isWhole = false
      position += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { position += 1 }
      guard skipDigits() > 0 else { throw unexpected("a digit") }
    }
    let limit = 400
    guard position - start <= limit else { throw .numberTooLarge(at: start) }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if isWhole, let whole = Int(text) { return .integer(whole) }
    guard let number = Double(text), number.isFinite else { throw .numberTooLarge(at: start) }
    return .number(number)
  }

  private mutating func nonFinite(isNegative: Bool) throws(JSONFault) -> JSONValue? {
    switch current {
    case UInt8(ascii: "I"):
      try word("Infinity")
      return .number(isNegative ? -.infinity : .infinity)
    case UInt8(ascii: "N") where !isNegative:
      try word("NaN")
      return .number(.nan)
    default: return nil
    }
  }

  @discardableResult
  private mutating func skipDigits() -> Int {
    let start = position
    while let byte = current, isDigit(byte) { position += 1 }
    return position - start
  }

  private func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }

  // MARK: Bytes

  private var current: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// The next byte that is not white space.
  private mutating func peek() -> UInt8? {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
      position += 1
    }
    return current
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard peek() == UInt8(ascii: scalar) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ scalar: Unicode.Scalar, orComma: Bool = false)
    throws(JSONFault)
  {
    guard take(scalar) else { throw unexpected("'\(scalar)'" + (orComma ? " or ','" : "")) }
  }

  private mutating func enter(_ scalar: Unicode.Scalar, _ needed: String) throws(JSONFault) {
    guard take(scalar) else { throw unexpected(needed) }
    guard depth < Self.depthLimit else {
      throw .tooDeep(limit: Self.depthLimit, at: position - 1)
    }
    depth += 1
  }

  private mutating func leave() { depth -= 1 }

  private mutating func word(_ text: String) throws(JSONFault) {
    guard bytes[position...].starts(with: text.utf8) else { throw unexpected("'\(text)'") }
    position += text.utf8.count
  }

  private func unexpected(_ needed: String) -> JSONFault {
    .unexpected(found: current.map(describe) ?? "the end", needed: needed, at: position)
  }

  func describe(_ byte: UInt8) -> String {
    (0x21...0x7E).contains(byte)
      ? "'\(Unicode.Scalar(byte))'" : "the byte 0x" + String(byte, radix: 16)
  }
}
