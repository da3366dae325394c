public import Tensors

/// A picture of three colour channels about -1 to 1, as autoencoders see it.
public struct Picture: Sendable, Equatable {
  public let height: Int
  public let width: Int
  /// `[3, height, width]`: all of red, then green, then blue.
  public var values: [Float]

  public init(height: Int, width: Int, values: [Float]) {
    precondition(
      values.count == 3 * height * width,
      "\(values.count) values for a picture \([3, height, width])")
    self.height = height
    self.width = width
    self.values = values
  }

  /// Levels 0 to 255 become -1 to 1.
  public init(_ image: PixelImage) {
    let pixels = image.width * image.height
    var values = [Float](repeating: 0, count: 3 * pixels)
    for pixel in 0..<pixels {
      for channel in 0..<3 {
        values[channel * pixels + pixel] = Float(image.bytes[3 * pixel + channel]) / 255 * 2 - 1
      }
    }
    self.init(height: image.height, width: image.width, values: values)
  }

  /// The picture as diffusers saves it: halved, moved to 0...1, clamped and rounded to levels.
  public var pixelImage: PixelImage {
    let pixels = width * height
    var bytes = [UInt8](repeating: 0, count: 3 * pixels)
    for pixel in 0..<pixels {
      for channel in 0..<3 {
        bytes[3 * pixel + channel] = Self.level(values[channel * pixels + pixel] * 0.5 + 0.5)
      }
    }
    return PixelImage(width: width, height: height, bytes: bytes)
  }

  /// The 8-bit level of a brightness 0...1, halves rounded to even; not-a-number is black.
  static func level(_ brightness: Float) -> UInt8 {
    guard brightness > 0 else { return 0 }
    return UInt8((min(brightness, 1) * 255).rounded(.toNearestOrEven))
  }
}
