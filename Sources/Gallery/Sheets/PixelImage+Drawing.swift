package import Tensors

extension PixelImage {
  /// A picture of one grey.
  init(width: Int, height: Int, grey: UInt8) {
    self.init(
      width: width, height: height, bytes: [UInt8](repeating: grey, count: width * height * 3))
  }

  /// Each pixel as a square of so many.
  package func enlarged(by factor: Int) -> PixelImage {
    guard factor > 1 else { return self }
    var large: [UInt8] = []
    large.reserveCapacity(bytes.count * factor * factor)
    for y in 0..<height {
      var row: [UInt8] = []
      for start in stride(from: y * width * 3, to: (y + 1) * width * 3, by: 3) {
        for _ in 0..<factor { row += bytes[start..<start + 3] }
      }
      for _ in 0..<factor { large += row }
    }
    return PixelImage(width: width * factor, height: height * factor, bytes: large)
  }

  /// Lays a picture over this one; what does not fit is cut off.
  mutating func put(_ image: PixelImage, x: Int, y: Int) {
    let columns = max(0, -x)..<max(max(0, -x), min(image.width, width - x))
    for row in 0..<image.height where (0..<height).contains(y + row) && !columns.isEmpty {
      let from = (row * image.width + columns.lowerBound) * 3
      let to = ((y + row) * width + x + columns.lowerBound) * 3
      let count = columns.count * 3
      bytes.replaceSubrange(to..<to + count, with: image.bytes[from..<from + count])
    }
  }

  /// Makes a rectangle one grey, as far as it lies in the picture.
  mutating func fill(x: Int, y: Int, width: Int, height: Int, grey: UInt8) {
    let columns = max(0, x)..<max(max(0, x), min(self.width, x + width))
    for row in max(0, y)..<max(max(0, y), min(self.height, y + height)) {
      let start = row * self.width
      for index in (start + columns.lowerBound) * 3..<(start + columns.upperBound) * 3 {
        bytes[index] = grey
      }
    }
  }

  /// Writes one line of text, of which nothing but the letters is drawn.
  ///
  /// - Parameters:
  ///   - x: Left edge of the first letter.
  ///   - y: Upper edge of the line, which is `BitmapFont.height` times `scale` high.
  ///   - scale: Pixels for each of the font's.
  mutating func write(_ text: String, x: Int, y: Int, grey: UInt8, scale: Int = 1) {
    for (place, character) in text.enumerated() where character != " " {
      let left = x + place * BitmapFont.width * scale
      for (row, bits) in BitmapFont.rows(of: character).enumerated() where bits != 0 {
        for column in 0..<BitmapFont.width where bits >> (BitmapFont.width - 1 - column) & 1 == 1 {
          fill(
            x: left + column * scale, y: y + row * scale, width: scale, height: scale, grey: grey)
        }
      }
    }
  }
}
