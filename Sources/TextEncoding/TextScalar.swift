/// A Unicode scalar that carries its own classes.
///
/// The classes are those of Python's `re` on text, which the cleaning rules were written for: they
/// look at single scalars, never at grapheme clusters. Asking Unicode once a scalar, not once a
/// rule, is what keeps cleaning fast.
struct TextScalar: Hashable, Sendable {
  /// Word, digit, space: what the patterns of the rules ask for.
  struct Classes: OptionSet, Sendable {
    let rawValue: UInt32
    /// Letters, everything with a numeric value, and the underscore.
    static let word = Classes(rawValue: 1 << 21)
    /// Decimal digits of any script.
    static let digit = Classes(rawValue: 1 << 22)
    /// What Python's `str.isspace` accepts, the separators 1C to 1F included.
    static let space = Classes(rawValue: 1 << 23)
  }

  /// Value in the low 21 bits, classes above.
  private let bits: UInt32

  init(_ scalar: Unicode.Scalar) {
    bits = scalar.value | Self.classes(of: scalar).rawValue
  }

  var value: UInt32 { bits & 0x1F_FFFF }

  /// Every instance came from a scalar, so the fallback is never taken.
  var unicode: Unicode.Scalar { Unicode.Scalar(value) ?? "\u{FFFD}" }

  var isASCII: Bool { value < 0x80 }
  var isWord: Bool { isAny(of: .word) }
  var isDigit: Bool { isAny(of: .digit) }
  var isSpace: Bool { isAny(of: .space) }
  var isASCIILetter: Bool { (value | 0x20) &- 0x61 < 26 }
  var isASCIIDigit: Bool { value &- 0x30 < 10 }

  /// Value of a hexadecimal digit.
  var hexadecimal: UInt32? {
    if isASCIIDigit { return value - 0x30 }
    let letter = (value | 0x20) &- 0x61
    return letter < 6 ? letter + 10 : nil
  }

  func isAny(of classes: Classes) -> Bool { bits & classes.rawValue != 0 }

  private static func classes(of scalar: Unicode.Scalar) -> Classes {
    switch scalar.value {
    case 0x30...0x39: [.word, .digit]
    case 0x41...0x5A, 0x5F, 0x61...0x7A: .word
    case 0x09...0x0D, 0x1C...0x20, 0x85, 0xA0: .space
    case 0x00..<0x80: []
    default: classesBeyondASCII(of: scalar.properties)
    }
  }

  private static func classesBeyondASCII(of properties: Unicode.Scalar.Properties) -> Classes {
    switch properties.generalCategory {
    case .decimalNumber: [.word, .digit]
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .word
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: .space
    default: properties.numericType == nil ? [] : .word
    }
  }
}

extension TextScalar: ExpressibleByUnicodeScalarLiteral {
  init(unicodeScalarLiteral value: Unicode.Scalar) { self.init(value) }
}

/// Text as the cleaning rules see it.
typealias ScalarText = [TextScalar]

extension ScalarText {
  init(_ string: String) { self = string.unicodeScalars.map { TextScalar($0) } }

  var string: String {
    var scalars = String.UnicodeScalarView()
    scalars.append(contentsOf: lazy.map(\.unicode))
    return String(scalars)
  }

  /// Without white space at both ends, as Python's `str.strip`.
  var stripped: ScalarText {
    guard let first = firstIndex(where: { !$0.isSpace }),
      let last = lastIndex(where: { !$0.isSpace })
    else { return [] }
    return ScalarText(self[first...last])
  }

  /// Unicode's full lower case, as Python's `str.lower`: a sigma at the end of a word becomes final.
  var lowercased: ScalarText {
    var result: ScalarText = []
    result.reserveCapacity(count)
    for index in indices {
      let scalar = self[index]
      if scalar.isASCII {
        let isUpper = scalar.value &- 0x41 < 26
        result.append(isUpper ? TextScalar(Unicode.Scalar(UInt8(scalar.value + 0x20))) : scalar)
      } else if scalar == "\u{3A3}" {
        result.append(isFinalSigma(at: index) ? "\u{3C2}" : "\u{3C3}")
      } else {
        result += scalar.unicode.properties.lowercaseMapping.unicodeScalars.map { TextScalar($0) }
      }
    }
    return result
  }

  /// A cased letter before, none after, case-ignorable scalars between not counted.
  private func isFinalSigma(at index: Int) -> Bool {
    func isCased(_ scalar: TextScalar?) -> Bool { scalar?.unicode.properties.isCased ?? false }
    func counts(_ scalar: TextScalar) -> Bool { !scalar.unicode.properties.isCaseIgnorable }
    return isCased(self[..<index].last(where: counts))
      && !isCased(self[(index + 1)...].first(where: counts))
  }
}
