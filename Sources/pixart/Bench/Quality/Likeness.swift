import Foundation

/// How close numbers are to those they should be.
enum Likeness {
  /// Peak signal-to-noise ratio in decibels; infinite for equal numbers.
  ///
  /// - Parameters:
  ///   - wanted: As many as `numbers`.
  ///   - peak: The largest difference there could be; how far `wanted` reaches if nil.
  static func decibels<Numbers: Collection>(
    _ numbers: Numbers, wanted: Numbers, peak: Double? = nil
  ) -> Double where Numbers.Element: BinaryFloatingPoint {
    precondition(numbers.count == wanted.count && !wanted.isEmpty, "nothing to compare")
    var (squares, least, most) = (0.0, Double.infinity, -Double.infinity)
    for (a, b) in zip(numbers, wanted) {
      let (a, b) = (Double(a), Double(b))
      squares += (a - b) * (a - b)
      least = min(least, b)
      most = max(most, b)
    }
    let range = peak ?? most - least
    return 10 * log10(range * range * Double(wanted.count) / squares)
  }

  /// Of bytes of pixels.
  static func decibels(_ pixels: [UInt8], wanted: [UInt8]) -> Double {
    decibels(pixels.map(Float.init), wanted: wanted.map(Float.init), peak: 255)
  }
}
