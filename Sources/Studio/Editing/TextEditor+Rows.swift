/// A row of text as it is shown.
public struct VisualLine: Equatable, Sendable {
  /// In ``TextEditor/text``, without the line end.
  public let range: Range<String.Index>
  public let text: String
}

extension TextEditor {
  /// The text broken into rows of at most `width` columns, at least one.
  ///
  /// Rows are broken at words, and in front of the last column, which is left for the cursor.
  public func layout(width: Int) -> [VisualLine] {
    SoftWrap(text, width: width).rows.map { row in
      let range = index(row.range.lowerBound)..<index(row.range.upperBound)
      return VisualLine(range: range, text: String(text[range]))
    }
  }

  /// Where the cursor is shown: the row of ``layout(width:)`` and the column, from 0.
  public func visualCursor(width: Int) -> (row: Int, column: Int) {
    let wrap = SoftWrap(text, width: width)
    let row = wrap.row(at: place)
    return (row, min(column(of: place, in: wrap.rows[row]), max(0, width - 1)))
  }

  /// Puts the cursor on the character at a place of the layout, or on the nearest one.
  public mutating func moveTo(row: Int, column: Int, width: Int) {
    beginCommand()
    let rows = SoftWrap(text, width: width).rows
    move(to: offset(column: column, in: rows[min(max(0, row), rows.count - 1)]))
  }

  mutating func moveToRowStart(width: Int) {
    let wrap = SoftWrap(text, width: width)
    move(to: wrap.rows[wrap.row(at: place)].range.lowerBound)
  }

  mutating func moveToRowEnd(width: Int) {
    let wrap = SoftWrap(text, width: width)
    move(to: lastPlace(in: wrap.rows[wrap.row(at: place)]))
  }

  /// - Returns: False if there is no such row.
  mutating func moveRow(by step: Int, width: Int) -> Bool {
    let wrap = SoftWrap(text, width: width)
    let row = wrap.row(at: place)
    let goal = goalColumn ?? column(of: place, in: wrap.rows[row])
    guard wrap.rows.indices.contains(row + step) else { return false }
    goalColumn = goal
    move(to: offset(column: goal, in: wrap.rows[row + step]))
    return true
  }

  private func column(of offset: Int, in row: SoftWrap.Row) -> Int {
    var clusters = Clusters(text, range: row.range.lowerBound..<max(row.range.lowerBound, offset))
    var column = 0
    while let cluster = clusters.next() { column += cluster.columns }
    return column
  }

  /// The start of the character that covers a column, or the last place of the row.
  private func offset(column: Int, in row: SoftWrap.Row) -> Int {
    var clusters = Clusters(text, range: row.range)
    var next = 0
    while let cluster = clusters.next() {
      next += cluster.columns
      if column < next { return cluster.range.lowerBound }
    }
    return lastPlace(in: row)
  }

  /// A row that goes on below ends before its last character: behind it the next row begins.
  private func lastPlace(in row: SoftWrap.Row) -> Int {
    row.isBroken ? max(row.range.lowerBound, before(row.range.upperBound)) : row.range.upperBound
  }
}
