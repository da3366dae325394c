import Studio
import Terminal

extension TextEditor {
  /// An editor with its cursor where `‸` is.
  init(marked: String) {
    let parts = marked.split(separator: "‸", omittingEmptySubsequences: false)
    self.init(String(parts[0]))
    let place = text.utf8.count
    self = TextEditor(parts.joined())
    for _ in 0..<1000 where text.utf8.distance(from: text.startIndex, to: cursor) > place {
      perform(.left, width: 80)
    }
  }

  var marked: String { text[..<cursor] + "‸" + text[cursor...] }

  /// Presses keys, named and separated by blanks; `"…"` is typed letter by letter.
  ///
  /// - Returns: Whether the last one was for the editor.
  @discardableResult
  mutating func press(_ keys: String, width: Int = 80) -> Bool {
    var wasUsed = false
    for (number, part) in keys.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
    {
      if number % 2 == 1 {
        for letter in part { wasUsed = handle(KeyPress(.character(letter)), width: width) }
      } else {
        for notation in part.split(separator: " ") {
          guard let key = KeyPress(notation: String(notation)) else { return false }
          wasUsed = handle(key, width: width)
        }
      }
    }
    return wasUsed
  }
}
