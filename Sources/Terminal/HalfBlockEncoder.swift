public import Tensors

/// Pictures as text: `▀` with a colour for its upper and one for its lower half.
public enum HalfBlockEncoder {
  /// One column a pixel and one row for two; every row ends with colours reset, CR and LF.
  public static func encode(_ image: PixelImage, depth: ColorDepth) -> [UInt8] {
    let colors =
      switch depth {
      case .trueColor: trueColors(of: image)
      case .palette256: XtermPalette.dithered(image).map { "5;\($0)" }
      }
    var out: [UInt8] = []
    for y in stride(from: 0, to: image.height, by: 2) {
      var upper = ""
      var lower = ""
      for index in y * image.width..<(y + 1) * image.width {
        let newUpper = "38;" + colors[index]
        // Under an odd last row there is nothing but the terminal's own background.
        let newLower = y + 1 < image.height ? "48;" + colors[index + image.width] : "49"
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

  private static func trueColors(of image: PixelImage) -> [String] {
    stride(from: 0, to: image.bytes.count, by: 3).map {
      "2;\(image.bytes[$0]);\(image.bytes[$0 + 1]);\(image.bytes[$0 + 2])"
    }
  }
}
