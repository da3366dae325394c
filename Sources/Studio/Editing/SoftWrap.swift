/// Breaks text into rows as wide as a field, at words where that is possible.
///
/// The last column stays free for the cursor, but for a blank at which a row is broken. Between
/// wide characters a row may be broken anywhere, except before closing and after opening marks.
/// Characters are never split.
struct SoftWrap {
  struct Row: Equatable {
    /// In offsets of UTF-8 bytes, without a line end.
    let range: Range<Int>
    /// Whether the text goes on in the next row without a line end.
    let isBroken: Bool
  }

  /// From top to bottom, at least one; every line end begins a row.
  private(set) var rows: [Row] = []

  private var start = 0
  private var column = 0
  /// Where the current row may be broken, and the columns up to there.
  private var opportunity: (offset: Int, column: Int)?

  /// - Parameter width: Columns of the field; less than 3 cannot hold wide characters.
  init(_ text: String, width: Int) {
    let capacity = max(1, width - 1)
    var clusters = Clusters(text)
    var before: Clusters.Kind = .other
    while let cluster = clusters.next() {
      if cluster.kind == .lineEnd {
        endRow(at: cluster.range.lowerBound, isBroken: false)
        start = cluster.range.upperBound
      } else {
        place(cluster, after: before, capacity: capacity)
      }
      before = cluster.kind
    }
    endRow(at: clusters.count, isBroken: false)
  }

  /// The row that holds a cursor at this offset.
  func row(at offset: Int) -> Int {
    var (low, high) = (0, rows.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if rows[middle].range.lowerBound <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  private mutating func place(
    _ cluster: Clusters.Cluster, after before: Clusters.Kind, capacity: Int
  ) {
    let offset = cluster.range.lowerBound
    if cluster.kind == .blank {
      column += cluster.columns
      opportunity = (cluster.range.upperBound, column)
      if column > capacity { endRow(at: cluster.range.upperBound, isBroken: true) }
      return
    }
    let isBetweenWide = before == .wide || cluster.kind == .wide
    if isBetweenWide, cluster.kind != .closing, before != .opening, offset > start {
      opportunity = (offset, column)
    }
    while column + cluster.columns > capacity, offset > start {
      let (cut, kept) = opportunity ?? (offset, column)
      let carried = column - kept
      endRow(at: cut, isBroken: true)
      column = carried
    }
    column += cluster.columns
  }

  private mutating func endRow(at end: Int, isBroken: Bool) {
    rows.append(Row(range: start..<end, isBroken: isBroken))
    start = end
    column = 0
    opportunity = nil
  }
}
