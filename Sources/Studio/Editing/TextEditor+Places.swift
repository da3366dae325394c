/// Places in the text, in UTF-8 offsets.
extension TextEditor {
  func before(_ offset: Int) -> Int {
    offset > 0 ? self.offset(text.index(before: index(offset))) : 0
  }

  func after(_ offset: Int) -> Int {
    offset < text.utf8.count ? self.offset(text.index(after: index(offset))) : offset
  }

  func lineStart(_ offset: Int) -> Int {
    let newline = text.utf8[..<index(offset)].lastIndex(of: 10)
    return newline.map { self.offset($0) + 1 } ?? 0
  }

  func lineEnd(_ offset: Int) -> Int {
    text.utf8[index(offset)...].firstIndex(of: 10).map(self.offset) ?? text.utf8.count
  }

  /// The start of the word around or before a place; words are letters and digits.
  func wordStart(before offset: Int) -> Int {
    let left = text[..<index(offset)]
    guard let last = left.lastIndex(where: \.isOfWord) else { return 0 }
    return left[..<last].lastIndex { !$0.isOfWord }.map { self.offset(left.index(after: $0)) } ?? 0
  }

  /// The end of the word around or after a place.
  func wordEnd(after offset: Int) -> Int {
    let right = text[index(offset)...]
    guard let first = right.firstIndex(where: \.isOfWord) else { return text.utf8.count }
    return right[first...].firstIndex { !$0.isOfWord }.map(self.offset) ?? text.utf8.count
  }

  /// The start of what has no blanks before a place.
  func blankWordStart(before offset: Int) -> Int {
    let left = text[..<index(offset)]
    guard let last = left.lastIndex(where: { !$0.isWhitespace }) else { return 0 }
    let blank = left[..<last].lastIndex(where: \.isWhitespace)
    return blank.map { self.offset(left.index(after: $0)) } ?? 0
  }
}

extension Character {
  fileprivate var isOfWord: Bool { isLetter || isNumber }
}
