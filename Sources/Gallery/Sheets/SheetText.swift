/// Text in lines of letters that are all of one width.
enum SheetText {
  /// Breaks a text at spaces, and words that are longer than a line anywhere.
  ///
  /// - Parameters:
  ///   - columns: Letters in a line, 1 and more.
  ///   - limit: Lines at most; an ellipsis stands for what is left out.
  static func lines(_ text: String, columns: Int, limit: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    // What is beyond the limit is not looked at: a prompt may be a megabyte.
    let shown = text.prefix(4 * columns * (limit + 1))
    for word in shown.split(whereSeparator: \.isWhitespace) {
      var word = word
      if !line.isEmpty, line.count + 1 + word.count <= columns {
        line += " "
      } else if !line.isEmpty {
        lines.append(line)
        line = ""
      }
      while line.count + word.count > columns {
        lines.append(line + word.prefix(columns - line.count))
        word = word.dropFirst(columns - line.count)
        line = ""
      }
      line += word
    }
    if !line.isEmpty { lines.append(line) }
    guard lines.count > limit else { return lines }
    guard limit > 0 else { return [] }
    let last = lines[limit - 1].prefix(columns - 1)
    return lines.prefix(limit - 1) + [last + "…"]
  }
}
