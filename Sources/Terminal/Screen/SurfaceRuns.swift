import CTerminal

/// Cells of one row that look the same and stand side by side.
struct SurfaceRun: Equatable {
  var x: Int
  var y: Int
  var role: Role
  var attributes: TextAttributes
  var scalars: [UInt32]
}

extension Surface {
  /// The rows that differ from another surface of the same size, as runs; all rows if sizes differ.
  ///
  /// - Parameter imageFiller: Stands in cells of pictures, where nothing else is written.
  func runs(changedFrom other: Surface?, imageFiller: Character) -> [SurfaceRun] {
    let known = other.flatMap { $0.width == width && $0.height == height ? $0 : nil }
    var runs: [SurfaceRun] = []
    for y in 0..<height {
      if let known, (0..<width).allSatisfy({ self[$0, y] == known[$0, y] }) { continue }
      var run: SurfaceRun?
      for x in 0..<width {
        let cell = self[x, y]
        if run?.role != cell.role || run?.attributes != cell.attributes {
          if let run { runs.append(run) }
          run = SurfaceRun(x: x, y: y, role: cell.role, attributes: cell.attributes, scalars: [])
        }
        guard let character = cell.character else { continue }
        let isFiller =
          cell.role == .image && character == " " && !Self.marksRow(x: x, y: y)
        let shown = isFiller ? imageFiller : character
        run?.scalars += shown.cellScalars
      }
      if let run { runs.append(run) }
    }
    return runs
  }

  /// Whether a picture's cell tells its row from others.
  ///
  /// ncurses shifts rows of equal text, and pictures with them. So the number of the row stands in its
  /// cells: a blank, between fillers, for each 1.
  private static func marksRow(x: Int, y: Int) -> Bool {
    x % 2 == 0 && y >> (x / 2 % 8) & 1 == 1
  }
}

extension Character {
  /// Combining marks that a cell holds besides its first scalar.
  private static let mostMarks = 4

  /// Scalars that together take exactly as many columns as `DisplayWidth` says.
  ///
  /// Of several scalars that each take room, as in joined emoji, the first stands for all: how many
  /// columns terminals give to them differs.
  var cellScalars: [UInt32] {
    if let ascii = asciiValue { return [UInt32(ascii)] }
    let columns = Swift.max(1, DisplayWidth.columns(self))
    var scalars: [UInt32] = []
    var width = 0
    for scalar in unicodeScalars {
      let own = Int(ct_scalar_width(scalar.value))
      if scalars.isEmpty, own == 0 {
        // A mark needs something to stand on.
        scalars.append(0x20)
        width = 1
      }
      if scalars.isEmpty || own == 0 && scalars.count <= Self.mostMarks {
        scalars.append(scalar.value)
        width += own
      }
    }
    while width < columns {
      scalars.append(0x20)
      width += 1
    }
    return scalars
  }
}
