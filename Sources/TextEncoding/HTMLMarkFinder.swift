/// Looks for the marks at which parts of an HTML fragment end.
///
/// Once a mark is known to be missing, it is not looked for again.
struct HTMLMarkFinder {
  private let source: ScalarText
  private let last: [TextScalar: Int]
  private var hasComments = true
  private var hasMarkedSections = true
  private var hasOfficeSections = true

  init(_ source: ScalarText) {
    self.source = source
    var last: [TextScalar: Int] = [:]
    for mark: TextScalar in ["<", ">", ";"] { last[mark] = source.lastIndex(of: mark) }
    self.last = last
  }

  /// Where "<", ">" or ";" is next.
  func index(of mark: TextScalar, from start: Int) -> Int? {
    guard let last = last[mark], start <= last else { return nil }
    return source[start...].firstIndex(of: mark)
  }

  func skipSpaces(from start: Int) -> Int {
    guard start < source.count else { return source.count }
    return source[start...].firstIndex { !$0.isSpace } ?? source.count
  }

  /// Behind "-->", white space allowed before the bracket.
  mutating func endOfComment(from start: Int) -> Int? {
    let found = hasComments ? first(["-", "-"], from: start, gap: false) : nil
    hasComments = found != nil
    return found?.upperBound
  }

  /// The "]]>" at the end of a marked section, white space allowed between.
  mutating func markedSection(from start: Int) -> Range<Int>? {
    let found = hasMarkedSections ? first(["]", "]"], from: start, gap: true) : nil
    hasMarkedSections = found != nil
    return found
  }

  /// Behind the "]>" that ends a conditional section of an office program.
  mutating func endOfOfficeSection(from start: Int) -> Int? {
    let found = hasOfficeSections ? first(["]"], from: start, gap: true) : nil
    hasOfficeSections = found != nil
    return found?.upperBound
  }

  /// Marks in a row, white space, and ">"; with a gap, white space may part the marks too.
  private func first(_ marks: [TextScalar], from start: Int, gap: Bool) -> Range<Int>? {
    guard start < source.count else { return nil }
    for index in start..<source.count where source[index] == marks[0] {
      var end = index
      let isMatch = marks.allSatisfy { mark in
        if gap, end > index { end = skipSpaces(from: end) }
        guard end < source.count, source[end] == mark else { return false }
        end += 1
        return true
      }
      end = skipSpaces(from: end)
      if isMatch, end < source.count, source[end] == ">" { return index..<(end + 1) }
    }
    return nil
  }
}
