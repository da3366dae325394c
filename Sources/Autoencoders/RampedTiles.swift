import Tensors

/// Tiles laid over what is already there with a ramp on their upper and left sides, as in
/// `AutoencoderTiny`.
struct RampedTiles: Tiles {
  let input: Tiling.Steps
  let output: Tiling.Steps

  func work(height: Int, width: Int, _ work: (_ pixels: Int) -> Double) -> Double {
    input.work(height: height, width: width, work)
  }

  func callAsFunction(_ map: PixelMap, _ transform: (borrowing Tensor) throws -> Tensor) rethrows
    -> PixelMap
  {
    // Both directions of a step have the same factor.
    func resized(_ extent: Int) -> Int { extent * output.stride / input.stride }
    var result = PixelMap(channels: 0, height: resized(map.height), width: resized(map.width))
    for top in input.starts(map.height) {
      for left in input.starts(map.width) {
        let tile = PixelMap(try transform(input.tensor(of: map, top: top, left: left)))
        if result.channels == 0 {
          result = PixelMap(channels: tile.channels, height: result.height, width: result.width)
        }
        result.lay(tile, top: resized(top), left: resized(left), ramp: output.blend)
      }
    }
    return result
  }
}

extension PixelMap {
  /// Mixes a tile in; over the first `ramp` rows and columns its share grows from 0 to 1, but for
  /// those at the upper and left edge of the map.
  fileprivate mutating func lay(_ tile: PixelMap, top: Int, left: Int, ramp: Int) {
    func share(_ offset: Int, isEdge: Bool) -> Float {
      isEdge ? 1 : min(1, Float(offset) / Float(ramp - 1))
    }
    for y in 0..<min(tile.height, height - top) {
      let rowShare = share(y, isEdge: top == 0)
      for x in 0..<min(tile.width, width - left) {
        let share = rowShare * share(x, isEdge: left == 0)
        for channel in 0..<channels {
          let index = (channel * height + top + y) * width + left + x
          let new = tile.values[(channel * tile.height + y) * tile.width + x]
          values[index] = share * new + (1 - share) * values[index]
        }
      }
    }
  }
}
