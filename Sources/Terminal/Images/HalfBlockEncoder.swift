public import Tensors

/// Pictures as text: `▀` with a colour for its upper and one for its lower half.
public enum HalfBlockEncoder {
  /// One column a pixel and one row for two; every row ends with colours reset, CR and LF.
  public static func encode(_ image: PixelImage, depth: ColorDepth) -> [UInt8] {
    lines(image, depth: depth).flatMap { $0 + Array("\r\n".utf8) }
  }

  /// The same row by row; every row ends with colours reset.
  static func lines(_ image: PixelImage, depth: ColorDepth) -> [[UInt8]] {
    let (uppers, lowers) = parameters(image, depth: depth)
    return stride(from: 0, to: image.height, by: 2).map { y in
      var out: [UInt8] = []
      var upper = ""
      var lower = ""
      for index in y * image.width..<(y + 1) * image.width {
        let newUpper = uppers[index]
        // Under an odd last row there is nothing but the terminal's own background.
        let newLower = y + 1 < image.height ? lowers[index + image.width] : "49"
        let changes = [newUpper == upper ? nil : newUpper, newLower == lower ? nil : newLower]
          .compactMap(\.self)
        if !changes.isEmpty { out += "\u{1B}[\(changes.joined(separator: ";"))m".utf8 }
        out += "▀".utf8
        (upper, lower) = (newUpper, newLower)
      }
      out += "\u{1B}[0m".utf8
      return out
    }
  }

  /// For each pixel what makes it the text's colour, and what makes it the ground's.
  private static func parameters(_ image: PixelImage, depth: ColorDepth) -> (
    text: [String], ground: [String]
  ) {
    func both(_ colors: [String]) -> ([String], [String]) {
      (colors.map { "38;" + $0 }, colors.map { "48;" + $0 })
    }
    func first(_ count: Int) -> ([String], [String]) {
      let indices = XtermPalette.dithered(image, ofFirst: count).map(Int.init)
      // ECMA-48's eight, and the brighter ones behind them as terminals have had since aixterm.
      return (
        indices.map { String($0 < 8 ? 30 + $0 : 82 + $0) },
        indices.map { String($0 < 8 ? 40 + $0 : 92 + $0) }
      )
    }
    switch depth {
    case .trueColor: return both(trueColors(of: image))
    case .palette256: return both(XtermPalette.dithered(image).map { "5;\($0)" })
    case .palette16: return first(16)
    case .palette8: return first(8)
    }
  }

  private static func trueColors(of image: PixelImage) -> [String] {
    stride(from: 0, to: image.bytes.count, by: 3).map {
      "2;\(image.bytes[$0]);\(image.bytes[$0 + 1]);\(image.bytes[$0 + 2])"
    }
  }
}
