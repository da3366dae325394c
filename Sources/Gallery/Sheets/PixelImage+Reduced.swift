package import Tensors

extension PixelImage {
  /// The picture with no side longer than `side` pixels; a smaller one stays as it is.
  ///
  /// Every new pixel is the mean of the area it covers.
  package func reduced(toSide side: Int) -> PixelImage {
    let longest = max(width, height)
    guard longest > side else { return self }
    return reduced(
      width: max(1, (width * side + longest / 2) / longest),
      height: max(1, (height * side + longest / 2) / longest))
  }

  /// The picture no larger than a box, its shape kept; a smaller one stays as it is.
  package func reduced(toFit boxWidth: Int, _ boxHeight: Int) -> PixelImage {
    guard width > boxWidth || height > boxHeight else { return self }
    let scale = min(Double(boxWidth) / Double(width), Double(boxHeight) / Double(height))
    return reduced(
      width: min(boxWidth, max(1, Int((Double(width) * scale).rounded()))),
      height: min(boxHeight, max(1, Int((Double(height) * scale).rounded()))))
  }

  private func reduced(width newWidth: Int, height newHeight: Int) -> PixelImage {
    let columns = Self.spans(from: width, to: newWidth)
    let rows = Self.spans(from: height, to: newHeight)
    var result = [UInt8](repeating: 0, count: newWidth * newHeight * 3)
    bytes.withUnsafeBufferPointer { source in
      var line = [Float](repeating: 0, count: width * 3)
      for (y, row) in rows.enumerated() {
        for index in line.indices { line[index] = 0 }
        for (source_y, weight) in row.weighted {
          let start = source_y * width * 3
          for index in 0..<width * 3 { line[index] += weight * Float(source[start + index]) }
        }
        for (x, column) in columns.enumerated() {
          for channel in 0..<3 {
            var sum: Float = 0
            for (source_x, weight) in column.weighted {
              sum += weight * line[source_x * 3 + channel]
            }
            result[(y * newWidth + x) * 3 + channel] = UInt8(min(255, max(0, sum.rounded())))
          }
        }
      }
    }
    return PixelImage(width: newWidth, height: newHeight, bytes: result)
  }

  /// The old rows (or columns) that a new one covers, with their shares of it.
  private struct Span {
    let weighted: [(index: Int, weight: Float)]
  }

  private static func spans(from extent: Int, to count: Int) -> [Span] {
    let scale = Double(extent) / Double(count)
    return (0..<count).map { index in
      let (start, end) = (Double(index) * scale, min(Double(index + 1) * scale, Double(extent)))
      let covered = Int(start)..<min(extent, Int(end.rounded(.up)))
      return Span(
        weighted: covered.map {
          ($0, Float((min(end, Double($0 + 1)) - max(start, Double($0))) / scale))
        })
    }
  }
}
