import Foundation
public import Tensors

/// How far the pixels of two pictures of one size are apart.
public struct PictureDifference: Sendable, Equatable {
  /// Of any channel of any pixel, 0...255.
  public let largest: Int
  /// Peak signal-to-noise ratio in dB, over all channels; infinite for equal pictures.
  public let psnr: Double

  /// - Returns: Nil for pictures of different sizes.
  public init?(_ one: PixelImage, _ other: PixelImage) {
    guard one.width == other.width, one.height == other.height else { return nil }
    var (largest, squares) = (0, 0)
    for (a, b) in zip(one.bytes, other.bytes) where a != b {
      let distance = abs(Int(a) - Int(b))
      largest = max(largest, distance)
      squares += distance * distance
    }
    self.largest = largest
    psnr = 10 * log10(255 * 255 * Double(one.bytes.count) / Double(squares))
  }
}
