package import Tensors

extension PixelImage {
  /// Components of one pixel, 0...255.
  func pixel(_ x: Int, _ y: Int) -> (red: Int, green: Int, blue: Int) {
    let start = (y * width + x) * 3
    return (Int(bytes[start]), Int(bytes[start + 1]), Int(bytes[start + 2]))
  }

  /// The picture as large as it goes into a box, its shape kept.
  ///
  /// It is made smaller by averaging, and larger only by whole factors, each pixel a square.
  ///
  /// - Parameters:
  ///   - boxWidth: In pixels, at least 1.
  ///   - boxHeight: In pixels, at least 1.
  ///   - enlargedSide: No side becomes longer than this by enlarging.
  /// - Returns: At least one pixel.
  package func fitted(width boxWidth: Int, height boxHeight: Int, enlargedSide: Int = .max)
    -> PixelImage
  {
    precondition(
      width > 0 && height > 0 && boxWidth > 0 && boxHeight > 0,
      "\(width)x\(height) pixels into a box of \(boxWidth)x\(boxHeight)")
    let factor = min(
      boxWidth / width, boxHeight / height, max(1, enlargedSide / max(width, height)))
    if factor >= 1 { return enlarged(by: factor) }
    let scale = min(Double(boxWidth) / Double(width), Double(boxHeight) / Double(height))
    return averaged(
      width: max(1, min(boxWidth, Int((Double(width) * scale).rounded()))),
      height: max(1, min(boxHeight, Int((Double(height) * scale).rounded()))))
  }

  private func enlarged(by factor: Int) -> PixelImage {
    if factor == 1 { return self }
    var large: [UInt8] = []
    large.reserveCapacity(bytes.count * factor * factor)
    for y in 0..<height {
      var row: [UInt8] = []
      row.reserveCapacity(width * factor * 3)
      for start in stride(from: y * width * 3, to: (y + 1) * width * 3, by: 3) {
        for _ in 0..<factor { row += bytes[start..<start + 3] }
      }
      for _ in 0..<factor { large += row }
    }
    return PixelImage(width: width * factor, height: height * factor, bytes: large)
  }

  /// Each new pixel is the mean of the area it covers; in sRGB, which is good enough for a look.
  private func averaged(width newWidth: Int, height newHeight: Int) -> PixelImage {
    let columns = Self.shares(of: width, among: newWidth)
    let rows = Self.shares(of: height, among: newHeight)
    var small: [UInt8] = []
    small.reserveCapacity(newWidth * newHeight * 3)
    bytes.withUnsafeBufferPointer { bytes in
      for row in rows {
        for column in columns {
          var sum = SIMD4<Float>.zero
          var area: Float = 0
          for (y, rowShare) in row {
            for (x, columnShare) in column {
              let start = (y * width + x) * 3
              let share = rowShare * columnShare
              sum +=
                share
                * SIMD4(Float(bytes[start]), Float(bytes[start + 1]), Float(bytes[start + 2]), 0)
              area += share
            }
          }
          let mean = (sum / area).rounded(.toNearestOrAwayFromZero)
          small += [UInt8(mean.x), UInt8(mean.y), UInt8(mean.z)]
        }
      }
    }
    return PixelImage(width: newWidth, height: newHeight, bytes: small)
  }

  /// For each of `parts` equal stretches of 0..<count, the whole numbers in it and how much of each.
  private static func shares(of count: Int, among parts: Int) -> [[(Int, Float)]] {
    let length = Double(count) / Double(parts)
    return (0..<parts).map { part in
      let (start, end) = (Double(part) * length, Double(part + 1) * length)
      return (Int(start)..<min(count, Int(end.rounded(.up)))).compactMap { index in
        let share = min(end, Double(index + 1)) - max(start, Double(index))
        return share > 1e-6 ? (index, Float(share)) : nil
      }
    }
  }
}
