/// A regular expression over Unicode scalars, written as a value.
///
/// Swift's own `Regex` compares grapheme clusters and can take exponential time; the rules of
/// caption cleaning need scalars and linear time. Repetition takes as much as it can, the first
/// matching alternative wins.
indirect enum Pattern: Sendable {
  case one(ScalarSet)
  case sequence([Pattern])
  case either([Pattern])
  case repeated(Pattern, Int, Int?)
  case assert(Assertion)

  /// What has to hold at a place between two scalars.
  enum Assertion: Sendable {
    /// Between a word scalar and something else.
    case wordEdge
    case endOfText
    /// Another scalar, or nothing, follows.
    case notBefore(TextScalar)
  }

  static let wordEdge = Pattern.assert(.wordEdge)
  static let endOfText = Pattern.assert(.endOfText)

  static func optional(_ pattern: Pattern) -> Pattern { .repeated(pattern, 0, 1) }

  static func oneOrMore(_ set: ScalarSet) -> Pattern { .repeated(.one(set), 1, nil) }

  static func zeroOrMore(_ set: ScalarSet) -> Pattern { .repeated(.one(set), 0, nil) }

  static func times(_ range: ClosedRange<Int>, _ set: ScalarSet) -> Pattern {
    .repeated(.one(set), range.lowerBound, range.upperBound)
  }

  static func times(_ range: PartialRangeFrom<Int>, _ set: ScalarSet) -> Pattern {
    .repeated(.one(set), range.lowerBound, nil)
  }
}

extension Pattern: ExpressibleByStringLiteral {
  init(stringLiteral value: String) {
    self = .sequence(value.unicodeScalars.map { .one(ScalarSet(String($0))) })
  }
}

extension Pattern: ExpressibleByArrayLiteral {
  init(arrayLiteral elements: Pattern...) { self = .sequence(elements) }
}
