import Tensors

/// How a map is cut into tiles and put together again from their results.
protocol Tiles {
  /// Pixels of all tiles of a map, as `work` counts them.
  func work(height: Int, width: Int, _ work: (_ pixels: Int) -> Double) -> Double

  /// - Parameters:
  ///   - map: What is cut into tiles.
  ///   - transform: Turns a tile `[rows, columns, channels]` into its result.
  func callAsFunction(_ map: PixelMap, _ transform: (borrowing Tensor) throws -> Tensor) rethrows
    -> PixelMap
}

/// A single tile.
struct WholeMap: Tiles {
  func work(height: Int, width: Int, _ work: (_ pixels: Int) -> Double) -> Double {
    work(height * width)
  }

  func callAsFunction(_ map: PixelMap, _ transform: (borrowing Tensor) throws -> Tensor) rethrows
    -> PixelMap
  {
    PixelMap(try transform(map.tensor))
  }
}

extension Tiling.Steps {
  /// Work for all squares of a map, those at the edge cut.
  func work(height: Int, width: Int, _ work: (_ pixels: Int) -> Double) -> Double {
    starts(height).reduce(0) { sum, top in
      starts(width).reduce(sum) { sum, left in
        sum + work(min(tile, height - top) * min(tile, width - left))
      }
    }
  }

  /// A square of the map as `[rows, columns, channels]`.
  func tensor(of map: PixelMap, top: Int, left: Int) -> Tensor {
    map.tensor(rows: top..<top + tile, columns: left..<left + tile)
  }
}
