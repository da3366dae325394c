public import Tensors

/// How strongly each pixel of a picture is an edge: 0, not at all, to 1.
public struct EdgeMap: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `[height, width]`.
  public let values: [Float]

  public init(width: Int, height: Int, values: [Float]) {
    precondition(
      values.count == width * height, "\(values.count) values for edges of \(width)x\(height)")
    self.width = width
    self.height = height
    self.values = values
  }

  /// The map with every edge as many times as strong, not limited to 1.
  public func strengthened(by strength: Double) -> EdgeMap {
    guard strength != 1 else { return self }
    let factor = Float(strength)
    return EdgeMap(width: width, height: height, values: values.map { $0 * factor })
  }

  /// Edges white on black, rounded to levels; what is above 1 is white.
  public var image: PixelImage {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(3 * values.count)
    for value in values {
      let level = UInt8((min(max(value, 0), 1) * 255).rounded(.toNearestOrEven))
      bytes += [level, level, level]
    }
    return PixelImage(width: width, height: height, bytes: bytes)
  }

  /// A picture that is a map already, by its brightness.
  public init(brightnessOf image: PixelImage) {
    self.init(
      width: image.width, height: image.height,
      values: image.brightness.map { Float($0) / 255 })
  }
}

/// Where the edges of a condition picture come from.
public enum EdgeSource: String, Sendable, CaseIterable {
  /// The network that PixArt's ControlNet was trained with.
  case hed
  /// Canny's method: thin lines, without a network.
  case canny
  /// The picture is a map of edges already, white on black.
  case none
}

extension PixelImage {
  /// ITU-R 601 luma of each pixel, 0 to 255, as Pillow rounds it.
  var brightness: [UInt8] {
    (0..<width * height).map { pixel in
      let red = Int(bytes[3 * pixel]) * 19595
      let green = Int(bytes[3 * pixel + 1]) * 38470
      let blue = Int(bytes[3 * pixel + 2]) * 7471
      return UInt8((red + green + blue + 0x8000) >> 16)
    }
  }
}
