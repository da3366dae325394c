import Tensors

/// Pictures that formulas give, the same in the script that the expected values come from.
enum Formula {
  static func picture(width: Int, height: Int) -> PixelImage {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for channel in 0..<3 {
          bytes.append(UInt8((x * 31 + y * 17 + channel * 71 + (x * y) % 13 * 7) % 256))
        }
      }
    }
    return PixelImage(width: width, height: height, bytes: bytes)
  }

  /// A disc within a ring, before a ground that is brighter to the right in its upper half.
  static func shapes(width: Int, height: Int) -> PixelImage {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        let (dx, dy) = (x - width * 2 / 5, y - height / 2)
        let distance = dx * dx * 3 + dy * dy * 2
        let ground = y * 2 < height ? 20 + 3 * x : 20
        let value = distance < 150 ? 220 : (distance < 420 ? 130 : ground)
        bytes += [UInt8(value), UInt8((value * 3 + x) / 4), UInt8(value / 2)]
      }
    }
    return PixelImage(width: width, height: height, bytes: bytes)
  }
}
