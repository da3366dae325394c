extension JSONReader {
  /// Text between two quotes, its escapes resolved.
  func unescaped(_ range: Range<Int>) throws(JSONFault) -> String {
    var text: [UInt8] = []
    text.reserveCapacity(range.count)
    var i = range.lowerBound
    while i < range.upperBound {
      guard bytes[i] == UInt8(ascii: "\\") else {
        text.append(bytes[i])
        i += 1
        continue
      }
      // The scan before this has made sure that the escaped byte lies inside the range.
      let escape = bytes[i + 1]
      if escape == UInt8(ascii: "u") {
        text += String(try escapedScalar(&i, end: range.upperBound)).utf8
        continue
      }
      guard let byte = Self.escapes[escape] else {
        throw .unexpected(found: describe(escape), needed: "an escape", at: i + 1)
      }
      text.append(byte)
      i += 2
    }
    return String(decoding: text, as: UTF8.self)
  }

  private static let escapes: [UInt8: UInt8] = [
    UInt8(ascii: "\""): UInt8(ascii: "\""), UInt8(ascii: "\\"): UInt8(ascii: "\\"),
    UInt8(ascii: "/"): UInt8(ascii: "/"), UInt8(ascii: "b"): 0x08, UInt8(ascii: "f"): 0x0C,
    UInt8(ascii: "n"): 0x0A, UInt8(ascii: "r"): 0x0D, UInt8(ascii: "t"): 0x09,
  ]

  /// `\uXXXX`, or two of them that are a surrogate pair.
  private func escapedScalar(_ i: inout Int, end: Int) throws(JSONFault) -> Unicode.Scalar {
    let start = i
    guard let high = codeUnit(&i, end: end) else {
      throw .unexpected(found: "another text", needed: "four hexadecimal digits", at: start + 2)
    }
    if let scalar = Unicode.Scalar(UInt32(high)) { return scalar }
    if UTF16.isLeadSurrogate(high), let low = codeUnit(&i, end: end), UTF16.isTrailSurrogate(low) {
      let value = 0x10000 + (UInt32(high) - 0xD800) << 10 + (UInt32(low) - 0xDC00)
      if let scalar = Unicode.Scalar(value) { return scalar }
    }
    throw .unexpected(found: "half a surrogate pair", needed: "a character", at: start)
  }

  private func codeUnit(_ i: inout Int, end: Int) -> UInt16? {
    guard i + 6 <= end, bytes[i] == UInt8(ascii: "\\"), bytes[i + 1] == UInt8(ascii: "u") else {
      return nil
    }
    var unit: UInt16 = 0
    for byte in bytes[i + 2..<i + 6] {
      guard let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { return nil }
      unit = unit << 4 | UInt16(digit)
    }
    i += 6
    return unit
  }
}
