public import Tensors

/// Pictures as text: `▀` with a colour for its upper and one for its lower half.
public enum HalfBlockEncoder {
  /// One column a pixel and one row for two; every row ends with colours reset, CR and LF.
  public static func encode(_ image: PixelImage, depth: ColorDepth) -> [UInt8] {
    var out: [UInt8] = []
    for y in stride(from: 0, to: image.height, by: 2) {
      var upper = "", lower = ""
      for x in 0..<image.width {
        let newUpper = "38;" + color(image, x, y, depth)
        // Under an odd last row there is nothing but the terminal's own background.
        let newLower = y + 1 < image.height ? "48;" + color(image, x, y + 1, depth) : "49"
        let changes = [newUpper == upper ? nil : newUpper, newLower == lower ? nil : newLower]
          .compactMap(\.self)
        if !changes.isEmpty { out += "\u{1B}[\(changes.joined(separator: ";"))m".utf8 }
        out += "▀".utf8
        (upper, lower) = (newUpper, newLower)
      }
      out += "\u{1B}[0m\r\n".utf8
    }
    return out
  }

  private static func color(_ image: PixelImage, _ x: Int, _ y: Int, _ depth: ColorDepth) -> String
  {
    let (red, green, blue) = image.pixel(x, y)
    return switch depth {
    case .trueColor: "2;\(red);\(green);\(blue)"
    case .palette256: "5;\(paletteIndex(red, green, blue))"
    }
  }

  /// The nearest of xterm's colours 16...231 (cube) and 232...255 (greys).
  static func paletteIndex(_ red: Int, _ green: Int, _ blue: Int) -> Int {
    func level(_ value: Int) -> Int { value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40 }
    func value(_ level: Int) -> Int { level == 0 ? 0 : 55 + 40 * level }
    func distance(_ r: Int, _ g: Int, _ b: Int) -> Int {
      (r - red) * (r - red) + (g - green) * (g - green) + (b - blue) * (b - blue)
    }
    let (r, g, b) = (level(red), level(green), level(blue))
    let grey = min(23, max(0, ((red + green + blue) / 3 - 3) / 10))
    let greyValue = 8 + 10 * grey
    return distance(greyValue, greyValue, greyValue) < distance(value(r), value(g), value(b))
      ? 232 + grey : 16 + 36 * r + 6 * g + b
  }
}
