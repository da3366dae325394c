import Tensors

/// The 256 colours that terminals share: 16...231 are a 6x6x6 cube, 232...255 greys.
///
/// The first 16 are the user's own; they are used only where there are no others.
enum XtermPalette {
  private static let cubeLevels: [Float] = [0, 95, 135, 175, 215, 255]

  /// The first 16 as xterm has them unless told otherwise.
  private static let first: [SIMD3<Float>] = [
    [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205],
    [0, 205, 205], [229, 229, 229], [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0],
    [92, 92, 255], [255, 0, 255], [0, 255, 255], [255, 255, 255],
  ]

  /// Red, green and blue of an index, 0...255.
  static func color(_ index: UInt8) -> SIMD3<Float> {
    switch Int(index) {
    case let index where index < 16: first[index]
    case let index where index < 232:
      SIMD3(
        cubeLevels[(index - 16) / 36], cubeLevels[(index - 16) / 6 % 6],
        cubeLevels[(index - 16) % 6])
    case let index: SIMD3(repeating: Float(8 + 10 * (index - 232)))
    }
  }

  /// The nearest of the first colours, of which there are 8 or 16.
  static func nearest(_ wanted: SIMD3<Float>, ofFirst count: Int) -> (
    index: UInt8, color: SIMD3<Float>
  ) {
    var best = 0
    for index in 1..<count where distance(first[index], wanted) < distance(first[best], wanted) {
      best = index
    }
    return (UInt8(best), first[best])
  }

  /// An index for each pixel, errors spread over the neighbours after Floyd and Steinberg.
  ///
  /// - Parameter count: How many of the first colours may be used, 8 or 16; only the others if nil.
  static func dithered(_ image: PixelImage, ofFirst count: Int? = nil) -> [UInt8] {
    let width = image.width
    var rest = stride(from: 0, to: image.bytes.count, by: 3).map {
      SIMD3(Float(image.bytes[$0]), Float(image.bytes[$0 + 1]), Float(image.bytes[$0 + 2]))
    }
    return rest.indices.map { index in
      let wanted = rest[index].clamped(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
      let (found, color) = count.map { nearest(wanted, ofFirst: $0) } ?? nearest(wanted)
      let error = wanted - color
      let hasRight = index % width + 1 < width
      if hasRight { rest[index + 1] += error * (7.0 / 16) }
      if index + width < rest.count {
        if index % width > 0 { rest[index + width - 1] += error * (3.0 / 16) }
        rest[index + width] += error * (5.0 / 16)
        if hasRight { rest[index + width + 1] += error * (1.0 / 16) }
      }
      return found
    }
  }

  /// - Parameter wanted: Red, green and blue, 0...255.
  /// - Returns: The index of the nearest colour, and the colour itself.
  static func nearest(_ wanted: SIMD3<Float>) -> (index: UInt8, color: SIMD3<Float>) {
    let (red, green, blue) = (level(wanted.x), level(wanted.y), level(wanted.z))
    let cube = SIMD3(cubeLevels[red], cubeLevels[green], cubeLevels[blue])
    let shade = min(23, max(0, ((wanted.sum() / 3 - 8) / 10).rounded()))
    let grey = SIMD3<Float>(repeating: 8 + 10 * shade)
    return distance(grey, wanted) < distance(cube, wanted)
      ? (232 + UInt8(shade), grey) : (UInt8(16 + 36 * red + 6 * green + blue), cube)
  }

  /// The index of the nearest cube level, its borders halfway between the levels.
  private static func level(_ value: Float) -> Int {
    value < 47.5 ? 0 : min(5, max(1, Int(((value - 55) / 40).rounded())))
  }

  private static func distance(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float {
    ((a - b) * (a - b)).sum()
  }
}
