/// One word of a fuzzy query, with the scores of its alignments.
///
/// The best of all alignments is found by dynamic programming over query letters and text, as in
/// local sequence alignment with affine gaps.
struct FuzzyWord: Equatable, Sendable {
  private enum Points {
    static let letter: Int32 = 16
    static let wordStart: Int32 = 10
    /// For the query's first letter at a start of a word, on top of `wordStart`.
    static let first: Int32 = 8
    /// For a letter right after the one before it.
    static let consecutive: Int32 = 12
    static let gap: Int32 = 4
    static let gapMore: Int32 = 1
    static let none: Int32 = -1 << 24
  }

  /// Elements without flags, but for capitals where these count.
  private let letters: [UInt32]
  /// What of an element is compared.
  private let mask: UInt32
  /// Of all letters in a row from the start of a word on, which nothing exceeds.
  private let bestScore: Int

  init(_ word: String) {
    typealias Element = FuzzyText.Element
    let elements = FuzzyText(word).elements
    let isCased = elements.contains { $0.bits & Element.capital != 0 }
    let mask = isCased ? ~Element.wordStart : ~(Element.wordStart | Element.capital)
    self.mask = mask
    letters = elements.map { $0.bits & mask }
    let starts = elements.dropFirst().count(where: \.startsWord) + 1
    bestScore = Int(
      Points.first + Points.wordStart * Int32(starts) + Points.letter * Int32(elements.count)
        + Points.consecutive * Int32(elements.count - 1))
  }

  /// - Returns: The best alignment's score; nil if the letters do not follow each other in `text`.
  func score(_ text: [FuzzyText.Element]) -> Int? {
    if startsWord(in: text) { return bestScore }
    let candidates = candidates(in: text)
    guard canMatch(candidates) else { return nil }
    var before = Row()
    var row = Row()
    before.reserveCapacity(candidates.count)
    row.reserveCapacity(candidates.count)
    for number in letters.indices {
      align(number, in: candidates, after: before, to: &row)
      swap(&before, &row)
    }
    return before.max { $0.score < $1.score }.map { Int($0.score) }
  }

  /// - Returns: The best alignment's score and the places of its letters in `text`.
  func match(_ text: [FuzzyText.Element]) -> (score: Int, positions: [Int])? {
    let candidates = candidates(in: text)
    guard canMatch(candidates) else { return nil }
    var rows: [Row] = []
    for number in letters.indices {
      var row = Row()
      align(number, in: candidates, after: rows.last ?? [], to: &row)
      rows.append(row)
    }
    guard var end = rows.last?.max(by: { $0.score < $1.score }) else { return nil }
    let score = Int(end.score)
    var positions = [Int(end.place)]
    for row in rows.dropLast().reversed() {
      guard let before = predecessor(of: end, in: row) else { break }
      positions.append(Int(before.place))
      end = before
    }
    return (score, positions.reversed())
  }

  /// Where one letter can stand, each place with the best score of an alignment that ends there.
  private typealias Row = [(place: Int32, score: Int32)]

  /// Where the letter before stands in the best alignment.
  private func predecessor(of end: Row.Element, in row: Row) -> Row.Element? {
    row.filter { $0.place < end.place }
      .max { $0.score + step(from: $0, to: end) < $1.score + step(from: $1, to: end) }
  }

  private func step(from before: Row.Element, to end: Row.Element) -> Int32 {
    let between = end.place - before.place - 1
    return between == 0 ? Points.consecutive : -Points.gap - Points.gapMore * (between - 1)
  }

  /// Whether the letters are in a row somewhere, from the start of a word on.
  private func startsWord(in text: [FuzzyText.Element]) -> Bool {
    guard text.count >= letters.count else { return false }
    let mask = mask | FuzzyText.Element.wordStart
    let first = letters[0] | FuzzyText.Element.wordStart
    return text.withUnsafeBufferPointer { text in
      (0...text.count - letters.count).contains { start in
        text[start].bits & mask == first
          && letters.indices.allSatisfy { text[start + $0].bits & self.mask == letters[$0] }
      }
    }
  }

  /// An element of a text that may be one of the letters.
  private struct Candidate {
    let bits: UInt32
    let place: Int32
  }

  /// Leaves out what is none of the letters, most of a text, before it is read letter by letter.
  private func candidates(in text: [FuzzyText.Element]) -> [Candidate] {
    // Scalars that share their last six bits are told apart later.
    let wanted = letters.reduce(UInt64(0)) { $0 | 1 << UInt64($1 & 63) }
    return Array(unsafeUninitializedCapacity: text.count) { buffer, count in
      for place in text.indices {
        let bits = text[place].bits
        buffer[count] = Candidate(bits: bits, place: Int32(place))
        count += Int(wanted >> UInt64(bits & 63) & 1)
      }
    }
  }

  /// Whether the letters follow each other.
  private func canMatch(_ candidates: [Candidate]) -> Bool {
    var found = 0
    for candidate in candidates where candidate.bits & mask == letters[found] {
      found += 1
      if found == letters.count { return true }
    }
    return false
  }

  /// Finds the places of a letter behind those of the letter before, with their best scores.
  private func align(
    _ number: Int, in candidates: [Candidate], after before: Row, to row: inout Row
  ) {
    row.removeAll(keepingCapacity: true)
    let letter = letters[number]
    let start = before.first?.place ?? -1
    /// Places of the letter before that were passed, and the best of them but for the last: its
    /// score as if the gap reached back to the text's start, so that all gaps compare.
    var passed = 0
    var best = Points.none
    for candidate in candidates where candidate.bits & mask == letter && candidate.place > start {
      let place = candidate.place
      let startsWord = candidate.bits & FuzzyText.Element.wordStart != 0
      var base: Int32 = number == 0 && startsWord ? Points.first : 0
      if number > 0 {
        while passed < before.count, before[passed].place < place - 1 {
          best = max(best, before[passed].score + before[passed].place * Points.gapMore)
          passed += 1
        }
        base = best - Points.gap - (place - 2) * Points.gapMore
        if passed < before.count, before[passed].place == place - 1 {
          base = max(base, before[passed].score + Points.consecutive)
        }
      }
      row.append((place, base + Points.letter + (startsWord ? Points.wordStart : 0)))
    }
  }
}
