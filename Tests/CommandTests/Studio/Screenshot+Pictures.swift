import Tensors

extension Screenshot {
  /// The smallest area around everything that has not the colour of the upper left corner.
  func content(of inside: PixelArea) -> PixelArea? {
    let ground = self[inside.columns.lowerBound, inside.rows.lowerBound]
    let rows = inside.rows.filter { row in inside.columns.contains { self[$0, row] != ground } }
    let columns = inside.columns.filter { column in rows.contains { self[column, $0] != ground } }
    guard let top = rows.first, let bottom = rows.last, let left = columns.first,
      let right = columns.last
    else { return nil }
    return PixelArea(columns: left..<right + 1, rows: top..<bottom + 1)
  }

  /// Mean distance, over channels, of 24x24 points from those of a picture that was scaled to an area.
  func meanDifference(at area: PixelArea, from picture: PixelImage) -> Double {
    var sum = 0
    for row in 0..<24 {
      for column in 0..<24 {
        let color = self[
          area.columns.lowerBound + area.columns.count * (2 * column + 1) / 48,
          area.rows.lowerBound + area.rows.count * (2 * row + 1) / 48]
        let source =
          picture.height * (2 * row + 1) / 48 * picture.width
          + picture.width * (2 * column + 1) / 48
        for channel in 0..<3 {
          sum += abs((color >> (16 - 8 * channel) & 255) - Int(picture.bytes[source * 3 + channel]))
        }
      }
    }
    return Double(sum) / Double(24 * 24 * 3)
  }

  /// All colours in an area.
  func colors(in area: PixelArea) -> Set<Int> {
    var colors: Set<Int> = []
    var last = -1
    for row in area.rows {
      for column in area.columns where self[column, row] != last {
        last = self[column, row]
        colors.insert(last)
      }
    }
    return colors
  }
}
