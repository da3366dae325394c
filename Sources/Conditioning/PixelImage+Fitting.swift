public import Tensors

extension PixelImage {
  /// The picture fitted to a size as PixArt's ControlNet app does: its shorter side becomes the
  /// shorter one of the size, and the middle is cut out.
  ///
  /// Where that leaves the other side too short, which the app fills with black, the picture is made
  /// so large that it covers the size.
  ///
  /// - Parameters:
  ///   - width: 1 and more.
  ///   - height: 1 and more.
  public func fitted(width newWidth: Int, height newHeight: Int) -> PixelImage {
    let (short, long) = (min(width, height), max(width, height))
    let side = min(newWidth, newHeight)
    let other = Int(Double(side) * Double(long) / Double(short))
    var (wide, high) = width <= height ? (side, other) : (other, side)
    if wide < newWidth || high < newHeight {
      let ratio = max(
        Double(newWidth) / Double(width), Double(newHeight) / Double(height))
      wide = max(newWidth, Int(Double(width) * ratio))
      high = max(newHeight, Int(Double(height) * ratio))
    }
    return resized(
      width: wide, height: high, columns: Self.middle(newWidth, of: wide),
      rows: Self.middle(newHeight, of: high))
  }

  /// Where a pixel more could be before or behind, an even number is before.
  private static func middle(_ kept: Int, of extent: Int) -> Range<Int> {
    let start = Int((Double(extent - kept) / 2).rounded(.toNearestOrEven))
    return start..<start + kept
  }

  /// Part of the picture in another size, bilinear, and smoothed where it shrinks.
  ///
  /// Pillow's `BILINEAR`, bit for bit; only what the part is made of is computed.
  func resized(
    width newWidth: Int, height newHeight: Int, columns: Range<Int>, rows: Range<Int>
  ) -> PixelImage {
    let across = Taps.all(from: width, to: newWidth, keeping: columns)
    let down = Taps.all(from: height, to: newHeight, keeping: rows)
    let first = down.first?.first ?? 0
    let last = down.last.map { $0.first + $0.weights.count } ?? 0
    let lines = resampled(lines: first..<last, across)
    let line = 3 * columns.count
    var bytes: [UInt8] = []
    bytes.reserveCapacity(line * rows.count)
    for tap in down {
      var sums = [Int](repeating: Taps.half, count: line)
      for (row, weight) in tap.weights.enumerated() {
        let start = (tap.first - first + row) * line
        for place in 0..<line { sums[place] += weight * Int(lines[start + place]) }
      }
      bytes += sums.map(Taps.level)
    }
    return PixelImage(width: columns.count, height: rows.count, bytes: bytes)
  }

  /// Some lines, each in its new width.
  private func resampled(lines: Range<Int>, _ taps: [Taps]) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(3 * lines.count * taps.count)
    for line in lines {
      for tap in taps {
        for channel in 0..<3 {
          var sum = Taps.half
          var place = 3 * (line * width + tap.first) + channel
          for weight in tap.weights {
            sum += weight * Int(bytes[place])
            place += 3
          }
          result.append(Taps.level(sum))
        }
      }
    }
    return result
  }
}

/// Which old pixels a new one is made of.
private struct Taps {
  /// Weights are in units of 2^-22, and sums rounded to whole levels.
  private static let bits = 22
  static let half = 1 << (bits - 1)

  let first: Int
  let weights: [Int]

  /// - Parameter kept: Which of the new pixels are wanted.
  static func all(from extent: Int, to count: Int, keeping kept: Range<Int>) -> [Taps] {
    let scale = Double(extent) / Double(count)
    let reach = max(scale, 1)
    return kept.map { index in
      let centre = (Double(index) + 0.5) * scale
      let first = max(0, Int(centre - reach + 0.5))
      let last = min(extent, Int(centre + reach + 0.5))
      let raw = (first..<last).map { place in
        max(0, 1 - abs((Double(place) - centre + 0.5) * (1 / reach)))
      }
      let sum = raw.reduce(0, +)
      return Taps(
        first: first, weights: raw.map { Int(0.5 + $0 / sum * Double(1 << bits)) })
    }
  }

  static func level(_ sum: Int) -> UInt8 { UInt8(min(max(sum >> bits, 0), 255)) }
}
