import Foundation
import Gallery
import Tensors

/// A picture of four flat colours that no theme has, one in each quarter.
enum TestCard {
  private typealias Color = (red: UInt8, green: UInt8, blue: UInt8)

  static let side = 96
  /// The three upper bits of each channel are its three lower ones too: quantisers that keep five
  /// bits keep these colours, and have nothing to spread over their neighbours.
  private static let colors: [Color] = [
    (214, 16, 132), (132, 231, 16), (140, 66, 24), (74, 16, 173),
  ]
  /// A sixel palette is in percent, and may be shared with other colours.
  private static let tolerance = 24

  static var image: PixelImage {
    var bytes: [UInt8] = []
    for row in 0..<side {
      for column in 0..<side {
        let color = colors[row * 2 / side * 2 + column * 2 / side]
        bytes += [color.red, color.green, color.blue]
      }
    }
    return PixelImage(width: side, height: side, bytes: bytes)
  }

  /// For five bits of each channel the quarter that has this colour, or something like it, or -1.
  private static let quarters: [Int8] = (0..<1 << 15).map { index in
    let channels = [index >> 10, index >> 5 & 31, index & 31].map { $0 << 3 | 4 }
    let found = colors.firstIndex { color in
      zip([color.red, color.green, color.blue], channels).allSatisfy {
        abs(Int($0) - $1) <= tolerance
      }
    }
    return Int8(found ?? -1)
  }

  private static func quarter(_ color: Int) -> Int {
    Int(quarters[(color >> 19 & 31) << 10 | (color >> 11 & 31) << 5 | color >> 3 & 31])
  }

  /// How many of its pixels are on a display, and between which edges they all are.
  static func find(in display: Screenshot) -> (count: Int, area: PixelArea) {
    var count = 0
    var (left, right, top, bottom) = (display.width, -1, display.height, -1)
    for row in 0..<display.height {
      for column in 0..<display.width where quarter(display[column, row]) >= 0 {
        count += 1
        (left, right) = (min(left, column), max(right, column))
        (top, bottom) = (min(top, row), max(bottom, row))
      }
    }
    guard count > 0 else { return (0, PixelArea(columns: 0..<0, rows: 0..<0)) }
    return (count, PixelArea(columns: left..<right + 1, rows: top..<bottom + 1))
  }

  /// Points of a grid of 8x8 inside an area that do not have the colour of their quarter.
  static func faults(in display: Screenshot, at area: PixelArea) -> [String] {
    var faults: [String] = []
    for row in 0..<8 {
      for column in 0..<8 {
        let x = area.columns.lowerBound + area.columns.count * (2 * column + 1) / 16
        let y = area.rows.lowerBound + area.rows.count * (2 * row + 1) / 16
        if quarter(display[x, y]) != row / 4 * 2 + column / 4 { faults.append("(\(x), \(y))") }
      }
    }
    return faults
  }
}
