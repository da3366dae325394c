import Foundation

/// A colour as a theme names it.
public enum ThemeColor: Sendable, Hashable {
  /// The terminal's own text or background.
  case terminal
  /// One of the 256 that terminals share; the user's own below 16.
  case index(UInt8)
  case rgb(UInt8, UInt8, UInt8)

  private static let names = [
    "black", "red", "green", "yellow", "blue", "magenta", "cyan", "white", "bright-black",
    "bright-red", "bright-green", "bright-yellow", "bright-blue", "bright-magenta",
    "bright-cyan", "bright-white",
  ]

  /// Understands `#rrggbb`, `#rgb`, a number 0...255, `default`, and the names of the first 16.
  ///
  /// - Returns: Nil for anything else.
  public init?(_ text: String) {
    let text = text.lowercased()
    if text.hasPrefix("#") {
      let digits = text.dropFirst()
      let long = digits.count == 3 ? digits.map { "\($0)\($0)" }.joined() : String(digits)
      guard long.count == 6, long.allSatisfy(\.isHexDigit), let value = UInt32(long, radix: 16)
      else { return nil }
      self = .rgb(
        UInt8(value >> 16), UInt8(value >> 8 & 255), UInt8(value & 255))
    } else if text == "default" {
      self = .terminal
    } else if let index = Self.names.firstIndex(of: text) {
      self = .index(UInt8(index))
    } else if text == "gray" || text == "grey" {
      self = .index(8)
    } else if let index = UInt8(text) {
      self = .index(index)
    } else {
      return nil
    }
  }

  /// Red, green and blue, 0...255, of the first 16 as xterm has them; nil for the terminal's own.
  var components: SIMD3<Float>? {
    switch self {
    case .terminal: nil
    case .index(let index): XtermPalette.color(index)
    case .rgb(let red, let green, let blue): SIMD3(Float(red), Float(green), Float(blue))
    }
  }

  /// Contrast of two colours, 1...21, by WCAG 2's definition; nil if one is the terminal's own.
  public static func contrast(_ a: ThemeColor, _ b: ThemeColor) -> Double? {
    guard let a = a.luminance, let b = b.luminance else { return nil }
    return (max(a, b) + 0.05) / (min(a, b) + 0.05)
  }

  private var luminance: Double? {
    guard let components else { return nil }
    let linear = (0..<3).map { channel in
      let value = Double(components[channel]) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
  }
}
