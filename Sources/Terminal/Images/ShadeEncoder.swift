public import Tensors

/// Pictures as text without colour, for a light text on a dark ground.
public enum ShadeEncoder {
  private static let shades = [" ", "░", "▒", "▓", "█"]

  /// One column a pixel and one row for two; every row ends with CR and LF.
  public static func encode(_ image: PixelImage) -> [UInt8] {
    lines(image).flatMap { $0 + Array("\r\n".utf8) }
  }

  /// The same row by row.
  static func lines(_ image: PixelImage) -> [[UInt8]] {
    stride(from: 0, to: image.height, by: 2).map { y in
      let lower = min(y + 1, image.height - 1)
      return (0..<image.width).flatMap { x in
        let light = (luma(image, x, y) + luma(image, x, lower)) / 2
        return Array(shades[Int((light * Double(shades.count - 1)).rounded())].utf8)
      }
    }
  }

  /// ITU-R BT.709, 0...1.
  private static func luma(_ image: PixelImage, _ x: Int, _ y: Int) -> Double {
    let (red, green, blue) = image.pixel(x, y)
    return (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }
}
