import Terminal
import Testing

@testable import Studio

@Suite struct TextEditorRowsTests {
  /// Rows are shown between bars, blanks at their ends included.
  @Test(arguments: [
    ("", 10, ["||"]),
    ("a red fox", 20, ["|a red fox|"]),
    ("a red fox", 7, ["|a red |", "|fox|"]),
    ("a red fox", 6, ["|a red |", "|fox|"]),
    ("a red fox", 5, ["|a |", "|red |", "|fox|"]),
    ("a  b", 3, ["|a  |", "|b|"]),
    ("a   b", 3, ["|a  |", "| b|"]),
    ("ab ", 3, ["|ab |", "||"]),
    ("abcdefg", 4, ["|abc|", "|def|", "|g|"]),
    ("a abcdefg", 5, ["|a |", "|abcd|", "|efg|"]),
    ("one\n\ntwo\n", 10, ["|one|", "||", "|two|", "||"]),
    ("赤い狐の森", 6, ["|赤い|", "|狐の|", "|森|"]),
    ("赤い狐の森", 7, ["|赤い狐|", "|の森|"]),
    ("赤い狐、森", 7, ["|赤い|", "|狐、森|"]),
    ("ab赤い", 6, ["|ab赤|", "|い|"]),
    ("赤「い」森", 7, ["|赤|", "|「い」|", "|森|"]),
    ("赤ab cd", 6, ["|赤ab |", "|cd|"]),
    ("a 👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 5, ["|a 👩‍👩‍👧‍👦|", "|👩‍👩‍👧‍👦|"]),
    ("e\u{301}e\u{301}e\u{301}", 3, ["|e\u{301}e\u{301}|", "|e\u{301}|"]),
    ("狐a", 1, ["|狐|", "|a|"]),
    ("ab", -3, ["|a|", "|b|"]),
  ])
  func breaksRows(text: String, width: Int, rows: [String]) {
    #expect(TextEditor(text).layout(width: width).map { "|\($0.text)|" } == rows)
  }

  /// The cursor goes by rows, keeps its column, and never stands outside of the field.
  @Test(arguments: [
    ("a red ‸fox", "up", "‸a red fox"),
    ("a red fo‸x", "up", "a ‸red fox"),
    ("a re‸d fox", "down", "a red fox‸"),
    ("a re‸d fox", "home", "‸a red fox"),
    ("a ‸red fox", "end", "a red‸ fox"),
    ("a red f‸ox", "home", "a red ‸fox"),
    ("a red f‸ox", "end", "a red fox‸"),
    ("abc‸defghi", "end", "abcde‸fghi"),
    ("赤い‸\nabcde", "down", "赤い\nabcd‸e"),
    ("赤い\nabc‸de", "up", "赤‸い\nabcde"),
    ("赤い\nabcde‸\n\nabcdef", "up down down down", "赤い\nabcde\n\nabcde‸f"),
  ])
  func movesByRows(before: String, keys: String, after: String) {
    var editor = TextEditor(marked: before)
    editor.press(keys, width: 7)
    #expect(editor.marked == after)
  }

  @Test(arguments: [
    ("a red ‸fox", 7, 1, 0), ("a red‸ fox", 7, 0, 5), ("ab ‸", 3, 1, 0), ("ab‸", 3, 0, 2),
    ("赤い‸狐", 20, 0, 4), ("a\n‸", 9, 1, 0), ("‸", 0, 0, 0), ("狐‸", 2, 0, 1),
  ])
  func showsTheCursor(marked: String, width: Int, row: Int, column: Int) {
    let place = TextEditor(marked: marked).visualCursor(width: width)
    #expect(place == (row, column))
  }

  @Test(arguments: [
    (0, 0, "‸a 狐 red\nx"), (0, 2, "a ‸狐 red\nx"), (0, 3, "a ‸狐 red\nx"),
    (0, 4, "a 狐‸ red\nx"), (0, 99, "a 狐‸ red\nx"), (1, 1, "a 狐 r‸ed\nx"),
    (1, 99, "a 狐 red‸\nx"), (9, 9, "a 狐 red\nx‸"), (-1, -1, "‸a 狐 red\nx"),
  ])
  func followsClicks(row: Int, column: Int, after: String) {
    var editor = TextEditor("a 狐 red\nx")
    editor.moveTo(row: row, column: column, width: 6)
    #expect(editor.marked == after)
  }

  /// For any text: rows fit, every place is shown once, and a click there leads back to it.
  @Test func holdsForAnyText() {
    var random = RandomKeys(state: 7)
    let pieces = ["a", "bc", " ", "  ", "\n", "狐", "、", "🏳️‍🌈", "e\u{301}", "ש", "(", "한", "ﾊ"]
    for _ in 0..<500 {
      let editor = TextEditor(
        (0..<Int(random.next() % 40)).map { _ in random.pick(pieces) }.joined())
      let width = 3 + Int(random.next() % 12)
      let rows = editor.layout(width: width)
      for (row, next) in zip(rows, rows.dropFirst()) {
        #expect(DisplayWidth.columns(row.text) <= width)
        let between = editor.text[row.range.upperBound..<next.range.lowerBound]
        #expect(between == "" || between == "\n")
        guard between == "", row.text.last != " " else { continue }
        // A row is not broken in a word unless the word fills it.
        #expect(
          DisplayWidth.columns(row.text) >= width - 2
            || next.text.first.map { DisplayWidth.columns($0) == 2 || "、(".contains($0) } ?? false
            || row.text.last.map { DisplayWidth.columns($0) == 2 } ?? false, "\(rows)")
      }
      var places: Set<[Int]> = []
      var clicked = editor
      for place in editor.text.indices + [editor.text.endIndex] {
        clicked.move(to: editor.offset(place))
        let (row, column) = clicked.visualCursor(width: width)
        #expect(column < width)
        #expect(places.insert([row, column]).inserted)
        clicked.move(to: 0)
        clicked.moveTo(row: row, column: column, width: width)
        #expect(clicked.cursor == place, "\(editor.text.debugDescription) at \(width)")
      }
    }
  }

  /// What is told without the library is what the library says.
  @Test func knowsPlainScalars() throws {
    let plain = try (UInt32(32)..<0xFFFF).filter { Clusters.plainColumns($0) > 0 }
      .map { try Character(#require(Unicode.Scalar($0))) }
    #expect(plain.count > 30_000)
    for character in plain {
      let columns = DisplayWidth.columns(character)
      let told = character.unicodeScalars.first.map { Clusters.plainColumns($0.value) }
      if columns != told { Issue.record("\(character) has \(columns) columns") }
    }
    #expect(String(plain).count == plain.count)
    var random = RandomKeys(state: 1)
    let mixed = (0..<50_000).map { _ in random.pick(plain) }
    #expect(String(mixed).count == mixed.count)
  }
}
