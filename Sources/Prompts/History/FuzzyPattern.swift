/// What is looked for by letters that follow each other, perhaps with others between.
///
/// Words of the query, separated by blanks, are looked for each by itself, and all must be there.
/// A word with a capital matches capitals only as written; a word without matches both.
public struct FuzzyPattern: Equatable, Sendable {
  private let words: [FuzzyWord]

  public init(_ query: String) {
    words = query.split(whereSeparator: \.isWhitespace).map { FuzzyWord(String($0)) }
  }

  /// Whether it matches anything, with score 0.
  public var isEmpty: Bool { words.isEmpty }

  /// How well a text matches: starts of words and letters in a row count most.
  ///
  /// - Returns: Nil if it does not.
  public func score(_ text: FuzzyText) -> Int? {
    var sum = 0
    for word in words {
      guard let score = word.score(text.elements) else { return nil }
      sum += score
    }
    return sum
  }

  /// Matches a text and says which of its characters were found.
  public func match(_ text: String) -> FuzzyMatch? {
    let elements = FuzzyText(text).elements
    var score = 0
    var found: Set<Int> = []
    for word in words {
      guard let match = word.match(elements) else { return nil }
      score += match.score
      found.formUnion(match.positions)
    }
    return FuzzyMatch(score: score, positions: Self.characters(of: found, in: text))
  }

  /// The best matches of a list, best first and equally good ones in their order.
  ///
  /// - Returns: Places in `texts`, with the matches.
  public func matches(
    in texts: [String], limit: Int = .max
  ) -> [(index: Int, match: FuzzyMatch)] {
    let found = texts.enumerated().compactMap { index, text in
      match(text).map { (index: index, match: $0) }
    }
    return Array(
      found.sorted { ($1.match.score, $0.index) < ($0.match.score, $1.index) }.prefix(limit))
  }

  /// Numbers of the characters that hold these scalars.
  private static func characters(of scalars: Set<Int>, in text: String) -> [Int] {
    guard let last = scalars.max() else { return [] }
    var positions: [Int] = []
    var scalar = 0
    for (number, character) in text.enumerated() {
      guard scalar <= last else { break }
      let next = scalar + character.unicodeScalars.count
      if (scalar..<next).contains(where: scalars.contains) { positions.append(number) }
      scalar = next
    }
    return positions
  }
}

/// How a text matches a ``FuzzyPattern``.
public struct FuzzyMatch: Equatable, Sendable {
  /// The more, the better; comparable within one pattern.
  public let score: Int
  /// The characters that were found, counted from 0, rising.
  public let positions: [Int]
}
