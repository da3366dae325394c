import Foundation

/// Letters of 9 by 15 pixels, all of one width: Latin, Greek, Cyrillic, punctuation, arrows.
///
/// The font 9x15 of X11, which says of itself: "Public domain font. Share and enjoy."
/// `Scripts/font.py` makes the resource and says how it is laid out.
enum BitmapFont {
  static let width = 9
  static let height = 15

  /// Rows of pixels from the top; the highest of 9 bits is the leftmost pixel.
  ///
  /// What is not in the font is a box.
  static func rows(of character: Character) -> [UInt16] {
    // Letters with marks are in the font as one code point, if at all.
    let scalars = String(character).precomposedStringWithCanonicalMapping.unicodeScalars
    guard let first = scalars.first, let start = starts[first.value] else { return box }
    let bytes = glyphs[start..<start + glyphBytes]
    return (0..<height).map { row in
      let bit = row * width
      let word =
        UInt32(bytes[start + bit / 8]) << 16
        | UInt32(bit / 8 + 1 < glyphBytes ? bytes[start + bit / 8 + 1] : 0) << 8
      return UInt16(word >> (24 - width - bit % 8)) & 0x1ff
    }
  }

  static let box: [UInt16] = (0..<height).map { row in
    switch row {
    case 2, 12: 0b011111110
    case 3...11: 0b010000010
    default: 0
    }
  }

  private static let glyphs = PackageResources.fixed9x15_glyphs
  private static let glyphBytes = 17

  /// Where the pixels of a code point begin.
  private static let starts: [UInt32: Int] = {
    var starts: [UInt32: Int] = [:]
    for start in stride(from: 0, to: glyphs.count, by: 2 + glyphBytes) {
      starts[UInt32(glyphs[start]) | UInt32(glyphs[start + 1]) << 8] = start + 2
    }
    return starts
  }()
}
