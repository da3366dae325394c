public import Tensors

/// Pictures as text without colour, for a light text on a dark ground.
public enum ShadeEncoder {
  private static let shades = [" ", "░", "▒", "▓", "█"]

  /// One column a pixel and one row for two; every row ends with CR and LF.
  public static func encode(_ image: PixelImage) -> [UInt8] {
    var out: [UInt8] = []
    for y in stride(from: 0, to: image.height, by: 2) {
      for x in 0..<image.width {
        let lower = min(y + 1, image.height - 1)
        let light = (luma(image, x, y) + luma(image, x, lower)) / 2
        out += shades[Int((light * Double(shades.count - 1)).rounded())].utf8
      }
      out += "\r\n".utf8
    }
    return out
  }

  /// ITU-R BT.709, 0...1.
  private static func luma(_ image: PixelImage, _ x: Int, _ y: Int) -> Double {
    let (red, green, blue) = image.pixel(x, y)
    return (0.2126 * Double(red) + 0.7152 * Double(green) + 0.0722 * Double(blue)) / 255
  }
}
