/// Pictures go up and come down beside ncurses, which knows nothing of them.
extension PictureWall.Standing {
  /// Bytes that draw it and leave cursor and colours as they were.
  ///
  /// - Parameter ground: Selects the background that mlterm fills with what a picture leaves free of
  ///   its cells.
  func drawing(on ground: [UInt8]) -> [UInt8] {
    var bytes = Array("\u{1B}7".utf8) + ground
    for (row, line) in picture.lines.enumerated() {
      bytes += "\u{1B}[\(cells.y + row + 1);\(cells.x + 1)H".utf8
      bytes += line
    }
    return bytes + Array("\u{1B}8".utf8)
  }

  /// Bytes that take it away from a screen; ncurses believes that there are blanks, and then there
  /// are.
  func erasing(on ground: [UInt8], columns: Int, rows: Int) -> [UInt8] {
    if let id = picture.id { return KittyEncoder.delete(id: id) }
    let seen = cells.intersection(Rect(x: 0, y: 0, width: columns, height: rows))
    var bytes = Array("\u{1B}7".utf8) + ground
    for y in seen.y..<seen.maxY {
      bytes += "\u{1B}[\(y + 1);\(seen.x + 1)H".utf8
      bytes += [UInt8](repeating: 0x20, count: seen.width)
    }
    return bytes + Array("\u{1B}8".utf8)
  }
}
