import Foundation

/// The part of ftfy's `fix_text` that does not guess at encodings.
///
/// Leaves wrongly decoded text (mojibake) alone. Otherwise as its defaults: character references,
/// Windows-1252 control characters, ligatures, full and half width, curly quotes, line breaks,
/// terminal escapes, control characters, and NFC at the end.
enum TextRepair {
  static func repair(_ text: ScalarText) -> ScalarText {
    // A "<" means HTML, where references stay: from its line on.
    let markup = text.firstIndex(of: "<") ?? text.count
    let line = text[..<markup].lastIndex(of: "\n").map { $0 + 1 } ?? 0
    guard markup < text.count else { return repair(text, resolvesReferences: true) }
    return repair(ScalarText(text[..<line]), resolvesReferences: true)
      + repair(ScalarText(text[line...]), resolvesReferences: false)
  }

  /// One fix can make another possible; so many rounds serve any text that was written by hand.
  private static let mostRounds = 8

  private static func repair(_ text: ScalarText, resolvesReferences: Bool) -> ScalarText {
    var text = text
    for _ in 0..<mostRounds {
      let before = text
      if resolvesReferences { text = resolveReferences(in: text) }
      let plain = plainLineBreaks(text.flatMap(plainForms))
      text = withoutControls(withoutTerminalEscapes(plain)).composed
      if text == before { break }
    }
    return text
  }

  // MARK: References

  /// Only references that end in a semicolon.
  private static func resolveReferences(in text: ScalarText) -> ScalarText {
    guard text.contains("&") else { return text }
    var text = text
    text.replaceMatches(of: reference) { match in
      let name = match.dropFirst().dropLast()
      if name.first != "#" {
        return HTMLEntities.named(ScalarText(name).string) ?? ScalarText(match)
      }
      let resolved = HTMLEntities.unescape(ScalarText(match))
      return resolved.contains(";") ? ScalarText(match) : resolved
    }
    return text
  }

  private static let reference = PatternProgram([
    "&", .optional("#"), .times(1...24, .letter + ScalarSet(["0"..."9"])), ";",
  ])

  // MARK: Single scalars

  private static func plainForms(of scalar: TextScalar) -> ScalarText {
    if scalar.isASCII { return [scalar] }
    var scalar = scalar
    if let control = Unicode.Scalar(HTMLEntities.windows1252(scalar.value)) {
      scalar = TextScalar(control)
    }
    return (ligatures[scalar.value] ?? [scalar]).flatMap(standardWidth).map(straightQuote)
  }

  private static let ligatures: [UInt32: ScalarText] = [
    0x132: "IJ", 0x133: "ij", 0x149: "\u{2BC}n", 0x1F1: "DZ", 0x1F2: "Dz", 0x1F3: "dz",
    0x1C4: "D\u{17D}", 0x1C5: "D\u{17E}", 0x1C6: "d\u{17E}", 0x1C7: "LJ", 0x1C8: "Lj", 0x1C9: "lj",
    0x1CA: "NJ", 0x1CB: "Nj", 0x1CC: "nj", 0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl",
    0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "\u{17F}t", 0xFB06: "st",
  ].mapValues { ScalarText($0) }

  /// Full-width Latin, half-width katakana and hangul, the ideographic space.
  private static func standardWidth(of scalar: TextScalar) -> ScalarText {
    switch scalar.value {
    case 0x3000: [" "]
    case 0xFF01...0xFFEF:
      ScalarText(String(scalar.unicode).precomposedStringWithCompatibilityMapping)
    default: [scalar]
    }
  }

  private static func straightQuote(_ scalar: TextScalar) -> TextScalar {
    switch scalar.value {
    case 0x2BC, 0x2018...0x201B: "'"
    case 0x201C...0x201F: "\""
    default: scalar
    }
  }

  // MARK: Breaks and controls

  private static func plainLineBreaks(_ text: ScalarText) -> ScalarText {
    var result: ScalarText = []
    result.reserveCapacity(text.count)
    for scalar in text {
      switch scalar.value {
      case 0x0A where result.last == "\r": result[result.count - 1] = "\n"
      case 0x85, 0x2028, 0x2029: result.append("\n")
      default: result.append(scalar)
      }
    }
    result.replaceEach(of: "\r", with: "\n")
    return result
  }

  private static func withoutTerminalEscapes(_ text: ScalarText) -> ScalarText {
    var text = text
    text.replaceMatches(of: terminalEscape) { _ in [] }
    return text
  }

  private static let terminalEscape = PatternProgram([
    "\u{1B}[", .zeroOrMore(.digit + ";"), .one(.letter),
  ])

  private static func withoutControls(_ text: ScalarText) -> ScalarText {
    text.filter { scalar in
      switch scalar.value {
      case 0x00...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: false
      default: true
      }
    }
  }
}
