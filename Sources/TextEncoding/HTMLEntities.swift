/// Character references of HTML, named and numeric.
enum HTMLEntities {
  /// Resolves all references in a text, as Python's `html.unescape`.
  ///
  /// A name that HTML knows without a semicolon is found at the start of a longer word too.
  static func unescape(_ text: ScalarText) -> ScalarText {
    guard text.contains("&") else { return text }
    var result: ScalarText = []
    result.reserveCapacity(text.count)
    var index = 0
    while index < text.count {
      if text[index] == "&", let (value, end) = reference(in: text, at: index) {
        result += value
        index = end
      } else {
        result.append(text[index])
        index += 1
      }
    }
    return result
  }

  /// The text of a named reference; the name without ampersand and semicolon.
  static func named(_ name: String) -> ScalarText? { entities[name]?.value }

  /// The scalar that C1 control characters stand for when read as Windows-1252.
  ///
  /// Five of them stand for nothing and stay what they are.
  static func windows1252(_ value: UInt32) -> UInt32 {
    guard (0x80...0x9F).contains(value) else { return value }
    let known: [UInt32] = [
      0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039,
      0x152, 0x8D, 0x17D, 0x8F, 0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
      0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E, 0x178,
    ]
    return known[Int(value - 0x80)]
  }

  /// The number that digits stand for; beyond the last code point if it is larger than that.
  static func number(_ digits: ArraySlice<TextScalar>, radix: UInt32) -> UInt32 {
    digits.reduce(0) { value, digit in
      min(value * radix + (digit.hexadecimal ?? 0), 0x11_0000)
    }
  }

  private struct Entity {
    let value: ScalarText
    let worksWithoutSemicolon: Bool
  }

  private static let entities: [String: Entity] = {
    var entities: [String: Entity] = [:]
    for item in list.split(whereSeparator: \.isWhitespace) {
      guard let mark = item.firstIndex(where: { $0 == "=" || $0 == "!" }) else { continue }
      let scalars = item[item.index(after: mark)...].split(separator: "+")
      entities[String(item[..<mark])] = Entity(
        value: scalars.compactMap { UInt32($0, radix: 16).flatMap { Unicode.Scalar($0) } }
          .map { TextScalar($0) },
        worksWithoutSemicolon: item[mark] == "!")
    }
    return entities
  }()

  private static func reference(
    in text: ScalarText, at ampersand: Int
  ) -> (value: ScalarText, end: Int)? {
    let start = ampersand + 1
    guard start < text.count else { return nil }
    return text[start] == "#"
      ? numericReference(in: text, at: start + 1) : namedReference(in: text, at: start)
  }

  private static func numericReference(
    in text: ScalarText, at start: Int
  ) -> (value: ScalarText, end: Int)? {
    guard start < text.count else { return nil }
    let isHexadecimal = text[start] == "x" || text[start] == "X"
    let digits = text[(isHexadecimal ? start + 1 : start)...].prefix {
      isHexadecimal ? $0.hexadecimal != nil : $0.isASCIIDigit
    }
    guard !digits.isEmpty else { return nil }
    let hasSemicolon = digits.endIndex < text.count && text[digits.endIndex] == ";"
    return (
      character(number(digits, radix: isHexadecimal ? 16 : 10)),
      digits.endIndex + (hasSemicolon ? 1 : 0)
    )
  }

  /// HTML's rules for numbers that are no characters.
  private static func character(_ number: UInt32) -> ScalarText {
    let number = number == 0 ? 0xFFFD : windows1252(number)
    guard let scalar = Unicode.Scalar(number) else { return ["\u{FFFD}"] }
    switch number {
    case 0x1...0x8, 0xB, 0xE...0x1F, 0x7F, 0xFDD0...0xFDEF: return []
    case _ where number & 0xFFFE == 0xFFFE: return []
    default: return [TextScalar(scalar)]
    }
  }

  private static func namedReference(
    in text: ScalarText, at start: Int
  ) -> (value: ScalarText, end: Int)? {
    let word = text[start...].prefix(longestName).prefix { !endsName.contains($0) }
    var name = ScalarText(word).string
    if word.endIndex < text.count, text[word.endIndex] == ";", let entity = entities[name] {
      return (entity.value, word.endIndex + 1)
    }
    while name.unicodeScalars.count > 1 {
      if let entity = entities[name], entity.worksWithoutSemicolon {
        return (entity.value, start + name.unicodeScalars.count)
      }
      name.unicodeScalars.removeLast()
    }
    return nil
  }

  private static let longestName = 32
  private static let endsName: ScalarSet = "\t\n\u{C} <&#;"
}
