import Tensors
import Testing

/// Draws what a device control string of sixels says; VT330/VT340 manual, "Sixel Graphics".
struct SixelReader {
  private var image: PixelImage
  private var palette: [Int: [UInt8]] = [:]
  private var color = 0
  private var x = 0
  private var top = 0

  static func read(_ sixel: [UInt8]) throws -> PixelImage {
    var reader = try SixelReader(sixel)
    try reader.draw(body(of: sixel))
    return reader.image
  }

  /// How many registers are defined.
  static func colorCount(_ sixel: [UInt8]) throws -> Int {
    var reader = try SixelReader(sixel)
    try reader.draw(body(of: sixel))
    return reader.palette.count
  }

  /// Behind `ESC P ... q`, without the final `ESC \`.
  private static func body(of sixel: [UInt8]) throws -> ArraySlice<UInt8> {
    try #require(sixel.starts(with: [0x1B, UInt8(ascii: "P")]))
    try #require(sixel.suffix(2) == [0x1B, UInt8(ascii: "\\")])
    let start = try #require(sixel.firstIndex(of: UInt8(ascii: "q")))
    return sixel[(start + 1)..<(sixel.count - 2)]
  }

  /// A black picture of the size in the raster attributes `"1;1;width;height`.
  private init(_ sixel: [UInt8]) throws {
    var rest = try Self.body(of: sixel)
    let first = rest.popFirst()
    try #require(first == UInt8(ascii: "\""))
    let attributes = Self.numbers(&rest)
    try #require(attributes.count == 4 && attributes[0] == 1 && attributes[1] == 1)
    let (width, height) = (attributes[2], attributes[3])
    image = PixelImage(
      width: width, height: height, bytes: [UInt8](repeating: 0, count: 3 * width * height))
  }

  private mutating func draw(_ body: ArraySlice<UInt8>) throws {
    var rest = body
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): _ = Self.numbers(&rest)
      case UInt8(ascii: "$"): x = 0
      case UInt8(ascii: "-"): (x, top) = (0, top + 6)
      case UInt8(ascii: "#"):
        let numbers = Self.numbers(&rest)
        color = numbers[0]
        guard numbers.count > 1 else { continue }
        try #require(numbers.count == 5 && numbers[1] == 2)
        palette[color] = numbers[2...].map { UInt8(($0 * 255 + 50) / 100) }
      case UInt8(ascii: "!"):
        let count = Self.numbers(&rest).first
        let sixel = rest.popFirst()
        try paint(try #require(sixel), times: try #require(count))
      default: try paint(byte, times: 1)
      }
    }
  }

  private mutating func paint(_ sixel: UInt8, times: Int) throws {
    try #require((63...126).contains(sixel), "byte \(sixel)")
    let rgb = try #require(palette[color], "register \(color) is not defined")
    for _ in 0..<times {
      for bit in 0..<6 where (sixel - 63) >> bit & 1 == 1 {
        let start = ((top + bit) * image.width + x) * 3
        try #require(x < image.width && top + bit < image.height)
        image.bytes.replaceSubrange(start..<start + 3, with: rgb)
      }
      x += 1
    }
  }

  private static func numbers(_ rest: inout ArraySlice<UInt8>) -> [Int] {
    let end =
      rest.firstIndex { !(48...57).contains($0) && $0 != UInt8(ascii: ";") } ?? rest.endIndex
    defer { rest = rest[end...] }
    return rest[..<end].split(separator: UInt8(ascii: ";"))
      .map { $0.reduce(0) { $0 * 10 + Int($1 - 48) } }
  }
}
