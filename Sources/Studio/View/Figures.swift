import Foundation

/// Numbers as people read them.
enum Figures {
  /// `0.42 s`, `12 s`, `3:05 min`, `2:10 h`.
  static func seconds(_ seconds: Double) -> String {
    guard seconds.isFinite, seconds < 1e9 else { return "?" }
    if seconds < 1 { return String(format: "%.2f s", seconds) }
    if seconds < 10 { return String(format: "%.1f s", seconds) }
    let whole = Int(seconds.rounded())
    if whole < 100 { return "\(whole) s" }
    if whole < 3600 { return String(format: "%d:%02d min", whole / 60, whole % 60) }
    return String(format: "%d:%02d h", whole / 3600, whole / 60 % 60)
  }

  /// `640 MB`, `4.2 GB`; powers of ten.
  static func bytes(_ bytes: Int) -> String {
    let megabytes = Double(bytes) / 1e6
    return megabytes < 1000
      ? String(format: "%.0f MB", megabytes) : String(format: "%.1f GB", megabytes / 1000)
  }

  /// `3:4`, or `1.46:1` where no small numbers say it.
  static func aspect(_ size: String) -> String {
    let sides = size.split(separator: "x").compactMap { Int($0) }
    guard sides.count == 2, sides[0] > 0, sides[1] > 0 else { return "" }
    func divisor(_ a: Int, _ b: Int) -> Int { b == 0 ? a : divisor(b, a % b) }
    let common = divisor(sides[0], sides[1])
    let (width, height) = (sides[0] / common, sides[1] / common)
    if max(width, height) <= 21 { return "\(width):\(height)" }
    return width >= height
      ? String(format: "%.2f:1", Double(width) / Double(height))
      : String(format: "1:%.2f", Double(height) / Double(width))
  }

  /// A bar of so many columns, filled by eighths.
  static func bar(_ fraction: Double, width: Int, ascii: Bool) -> (done: String, left: String) {
    guard width > 0 else { return ("", "") }
    let fraction = fraction.isFinite ? min(max(0, fraction), 1) : 0
    if ascii {
      let full = Int(fraction * Double(width))
      return (String(repeating: "#", count: full), String(repeating: "-", count: width - full))
    }
    let eighths = Int(fraction * Double(width * 8))
    var done = String(repeating: "█", count: eighths / 8)
    if eighths % 8 > 0 { done.append(["▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8 - 1]) }
    return (done, String(repeating: "░", count: width - done.count))
  }
}
