import Tensors

/// Tiles whose edges fade into the neighbours above and to the left, as in `AutoencoderKL`.
///
/// "Tiling as in diffusers": each tile is blended with its finished neighbours, then all but the
/// part that the next tile covers is kept.
struct BlendedTiles: Tiles {
  let input: Tiling.Steps
  let output: Tiling.Steps

  func work(height: Int, width: Int, _ work: (_ pixels: Int) -> Double) -> Double {
    input.work(height: height, width: width, work)
  }

  func callAsFunction(_ map: PixelMap, _ transform: (borrowing Tensor) throws -> Tensor) rethrows
    -> PixelMap
  {
    var finished: [[PixelMap]] = []
    for top in input.starts(map.height) {
      let above = finished.last
      var row: [PixelMap] = []
      for (column, left) in input.starts(map.width).enumerated() {
        var tile = PixelMap(try transform(input.tensor(of: map, top: top, left: left)))
        if let above { tile.fade(from: above[column], extent: output.blend, vertically: true) }
        if let before = row.last {
          tile.fade(from: before, extent: output.blend, vertically: false)
        }
        row.append(tile)
      }
      finished.append(row)
    }
    return joined(finished)
  }

  /// The kept corners of all tiles, side by side.
  private func joined(_ rows: [[PixelMap]]) -> PixelMap {
    let heights = rows.map { min($0[0].height, output.stride) }
    let widths = rows[0].map { min($0.width, output.stride) }
    var result = PixelMap(
      channels: rows[0][0].channels, height: heights.reduce(0, +), width: widths.reduce(0, +))
    for (i, row) in rows.enumerated() {
      for (j, tile) in row.enumerated() {
        result.paste(
          tile, rows: heights[i], columns: widths[j], top: i * output.stride,
          left: j * output.stride)
      }
    }
    return result
  }
}

extension PixelMap {
  /// Copies the upper left corner of `other` to a place in this map.
  mutating func paste(_ other: PixelMap, rows: Int, columns: Int, top: Int, left: Int) {
    for channel in 0..<channels {
      for y in 0..<rows {
        let source = (channel * other.height + y) * other.width
        let target = (channel * height + top + y) * width + left
        values.replaceSubrange(
          target..<target + columns, with: other.values[source..<source + columns])
      }
    }
  }

  /// Fades linearly from the lower (or right) edge of `neighbour` into the own values.
  mutating func fade(from neighbour: PixelMap, extent: Int, vertically: Bool) {
    let extent =
      vertically
      ? min(neighbour.height, height, extent) : min(neighbour.width, width, extent)
    for channel in 0..<channels {
      for y in 0..<(vertically ? extent : min(height, neighbour.height)) {
        for x in 0..<(vertically ? min(width, neighbour.width) : extent) {
          let share = Double(vertically ? y : x) / Double(extent)
          let (sourceY, sourceX) =
            vertically ? (neighbour.height - extent + y, x) : (y, neighbour.width - extent + x)
          let other = neighbour.values[
            (channel * neighbour.height + sourceY) * neighbour.width + sourceX]
          let index = (channel * height + y) * width + x
          values[index] = other * Float(1 - share) + values[index] * Float(share)
        }
      }
    }
  }
}
