/// Finds where a start tag ends, with the forgiveness of Python's `html.parser`.
///
/// Attributes are skipped, not kept. Whatever led to no end once is remembered, so that a text full
/// of unfinished tags is still read in linear time.
struct HTMLStartTagScanner {
  enum Outcome {
    case tag(name: ScalarText, closesItself: Bool, end: Int)
    /// No tag after all: text up to here.
    case bogus(end: Int)
    /// The text ends, or nothing sensible follows.
    case unfinished
  }

  static let endsName: ScalarSet = "\t\n\r\u{C} />\0"

  private let source: ScalarText
  private let lastQuote: [TextScalar: Int]
  /// Starts of attributes from which no end of the tag can be reached.
  private var deadEnds: Set<Int> = []
  private var names = RunEnds(HTMLStartTagScanner.endsName)
  private var attributeNames = RunEnds(.space + "/=>")
  private var bareValues = RunEnds(.space + ">")

  init(_ source: ScalarText) {
    self.source = source
    lastQuote = [
      "'": source.lastIndex(of: "'") ?? -1, "\"": source.lastIndex(of: "\"") ?? -1,
    ]
  }

  /// Scans the tag whose "<" is at an index; a letter follows it.
  mutating func scan(at start: Int) -> Outcome {
    let nameEnd = names.end(from: start + 1, in: source)
    var visited: [Int] = []
    var index = skipSeparators(from: nameEnd)
    while canBeginAttribute(at: index) {
      if deadEnds.contains(index) {
        index = source.count
        break
      }
      visited.append(index)
      index = skipSeparators(from: endOfAttribute(at: index))
    }
    guard index < source.count, !source[index].isASCIILetter, source[index] != "=" else {
      deadEnds.formUnion(visited)
      return .unfinished
    }
    let closesItself = source[index] == "/"
    guard closesItself || source[index] == ">" else { return .bogus(end: index) }
    return .tag(
      name: ScalarText(source[(start + 1)..<nameEnd]).lowercased, closesItself: closesItself,
      end: index + (closesItself ? 2 : 1))
  }

  /// Skips white space and slashes but the one of "/>".
  private func skipSeparators(from start: Int) -> Int {
    source[start...].indices.first { index in
      if source[index].isSpace { return false }
      return source[index] != "/" || (index + 1 < source.count && source[index + 1] == ">")
    } ?? source.count
  }

  private func canBeginAttribute(at index: Int) -> Bool {
    guard index < source.count, source[index] != "/", source[index] != ">" else { return false }
    let before = source[index - 1]
    return before.isSpace || before == "/" || before == "'" || before == "\""
  }

  private mutating func endOfAttribute(at start: Int) -> Int {
    let nameEnd = attributeNames.end(from: start + 1, in: source)
    let equals = skip(while: \.isSpace, from: nameEnd)
    let equalsEnd = skip(while: { $0 == "=" }, from: equals)
    guard equalsEnd > equals else { return nameEnd }
    let value = skip(while: \.isSpace, from: equalsEnd)
    guard value < source.count, let last = lastQuote[source[value]] else {
      return bareValues.end(from: value, in: source)
    }
    if last > value, let close = source[(value + 1)...].firstIndex(of: source[value]) {
      return close + 1
    }
    // A quote without its partner: an empty value before the space, or "=" as part of the value.
    if value > equalsEnd { return equalsEnd }
    return equalsEnd > equals + 1 ? bareValues.end(from: equalsEnd - 1, in: source) : nameEnd
  }

  private func skip(while condition: (TextScalar) -> Bool, from start: Int) -> Int {
    source[start...].firstIndex { !condition($0) } ?? source.count
  }
}

/// Where runs end that hold none of a set; remembers the last run.
private struct RunEnds {
  private let ends: ScalarSet
  private var run = 0..<0

  init(_ ends: ScalarSet) { self.ends = ends }

  mutating func end(from start: Int, in source: ScalarText) -> Int {
    if run.contains(start) { return run.upperBound }
    let end = source[start...].firstIndex(where: ends.contains) ?? source.count
    run = start..<end
    return end
  }
}
