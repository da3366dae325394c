extension Picture {
  /// Scales the picture until it covers the size, then cuts out the middle.
  ///
  /// Bilinear between pixel centres, without smoothing when it shrinks:
  /// `resize_and_crop_tensor` of diffusers.
  public func resizedAndCropped(height newHeight: Int, width newWidth: Int) -> Picture {
    precondition(newHeight > 0 && newWidth > 0, "no picture of \(newWidth)x\(newHeight) pixels")
    guard newHeight != height || newWidth != width else { return self }
    let ratio = max(Double(newHeight) / Double(height), Double(newWidth) / Double(width))
    let rows = Self.samples(
      from: height, to: Int(Double(height) * ratio), keeping: newHeight)
    let columns = Self.samples(from: width, to: Int(Double(width) * ratio), keeping: newWidth)
    var result = [Float]()
    result.reserveCapacity(3 * newHeight * newWidth)
    for channel in 0..<3 {
      for row in rows {
        let upper = (channel * height + row.first) * width
        let lower = (channel * height + row.second) * width
        for column in columns {
          let above = column.mix(values[upper + column.first], values[upper + column.second])
          let below = column.mix(values[lower + column.first], values[lower + column.second])
          result.append(row.mix(above, below))
        }
      }
    }
    return Picture(height: newHeight, width: newWidth, values: result)
  }

  /// Two neighbouring rows (or columns) and how much of the second to take.
  private struct Sample {
    let first: Int
    let second: Int
    let weight: Float

    func mix(_ a: Float, _ b: Float) -> Float { a * (1 - weight) + b * weight }
  }

  /// Where the middle `count` of `resized` rows (or columns) lie between the original ones.
  private static func samples(from extent: Int, to resized: Int, keeping count: Int) -> [Sample] {
    // Rounding of the ratio can leave one row too few; the last is repeated then.
    let resized = max(resized, count)
    let scale = Float(extent) / Float(resized)
    let start = (resized - count) / 2
    return (start..<start + count).map { index in
      let position = max(0, scale * (Float(index) + 0.5) - 0.5)
      let first = min(Int(position), extent - 1)
      return Sample(
        first: first, second: min(first + 1, extent - 1), weight: min(1, position - Float(first)))
    }
  }
}
