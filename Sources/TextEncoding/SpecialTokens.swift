/// Tokens that are written out in a text: `</s>`, `<unk>`, `<pad>` and the sentinels.
enum SpecialTokens {
  enum Part: Equatable {
    case text(ArraySlice<UInt8>)
    case control(Int32, begin: Int)
    /// `<extra_id_0>` to `<extra_id_99>`.
    case sentinel(Int, begin: Int)
  }

  /// Cuts UTF-8 into special tokens and the text between, leaving out text that is all white space.
  static func split(_ text: ArraySlice<UInt8>) -> [Part] {
    var parts: [Part] = []
    var start = text.startIndex
    var index = start
    func closeText() {
      let piece = text[start..<index]
      let scalars = String(decoding: piece, as: UTF8.self).unicodeScalars
      if !scalars.allSatisfy({ TextScalar($0).isSpace }) { parts.append(.text(piece)) }
    }
    while index < text.endIndex {
      if text[index] == UInt8(ascii: "<"), let (part, length) = special(text[index...]) {
        closeText()
        parts.append(part)
        index += length
        start = index
      } else {
        index += 1
      }
    }
    closeText()
    return parts
  }

  private static let controls: [(text: [UInt8], id: Int32)] = [
    (Array("</s>".utf8), T5Tokenizer.end), (Array("<unk>".utf8), T5Tokenizer.unknown),
    (Array("<pad>".utf8), T5Tokenizer.padding),
  ]
  private static let sentinel = Array("<extra_id_".utf8)

  private static func special(_ text: ArraySlice<UInt8>) -> (Part, length: Int)? {
    for control in controls where text.starts(with: control.text) {
      return (.control(control.id, begin: text.startIndex), control.text.count)
    }
    guard text.starts(with: sentinel) else { return nil }
    let digits = text.dropFirst(sentinel.count).prefix(3).prefix { $0 != UInt8(ascii: ">") }
    let name = String(decoding: digits, as: UTF8.self)
    guard let number = Int(name), (0..<100).contains(number), String(number) == name,
      digits.endIndex < text.endIndex, text[digits.endIndex] == UInt8(ascii: ">")
    else { return nil }
    return (.sentinel(number, begin: text.startIndex), sentinel.count + digits.count + 1)
  }
}
