/// Text made ready for many fuzzy searches.
public struct FuzzyText: Equatable, Sendable {
  /// Scalars beyond this are not searched.
  static let limit = 4096

  /// Scalars in lower case, with what is needed to know about their place.
  let elements: [Element]

  public init(_ text: String) {
    var elements: [Element] = []
    elements.reserveCapacity(min(text.utf8.count, Self.limit))
    var isAfterWord = false
    for scalar in text.unicodeScalars {
      guard elements.count < Self.limit else { break }
      let isWord = scalar.isWord
      elements.append(Element(scalar, startsWord: isWord && !isAfterWord))
      isAfterWord = isWord
    }
    self.elements = elements
  }

  /// A scalar in lower case with two flags.
  struct Element: Equatable, Sendable {
    static let capital: UInt32 = 1 << 31
    static let wordStart: UInt32 = 1 << 30

    let bits: UInt32

    init(_ scalar: Unicode.Scalar, startsWord: Bool) {
      let folded = scalar.folded
      bits =
        folded.value | (folded == scalar ? 0 : Self.capital) | (startsWord ? Self.wordStart : 0)
    }

    var startsWord: Bool { bits & Self.wordStart != 0 }
  }
}

extension Unicode.Scalar {
  /// The small letter of a capital; itself where that would be more than one scalar.
  fileprivate var folded: Unicode.Scalar {
    if value < 128 {
      return (65...90).contains(value) ? Unicode.Scalar(UInt8(value + 32)) : self
    }
    guard properties.changesWhenLowercased else { return self }
    let small = properties.lowercaseMapping.unicodeScalars
    return small.count == 1 ? small.first ?? self : self
  }

  fileprivate var isWord: Bool {
    switch value {
    case 97...122, 65...90, 48...57: return true
    case ..<128: return false
    default: break
    }
    return properties.isAlphabetic || properties.numericType != nil
  }
}
