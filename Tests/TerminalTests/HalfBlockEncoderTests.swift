import Tensors
import Testing

@testable import Terminal

@Suite struct HalfBlockEncoderTests {
  /// Two columns, four rows of pixels: two rows of text.
  private let image = PixelImage(
    width: 2, height: 4,
    bytes: [
      255, 0, 0, 0, 255, 0,
      0, 0, 255, 0, 0, 255,
      0, 0, 255, 0, 0, 255,
      8, 8, 8, 95, 135, 175,
    ])

  @Test func writesTwoPixelsACell() {
    #expect(
      text(HalfBlockEncoder.encode(image, depth: .trueColor)) == """
        \u{1B}[38;2;255;0;0;48;2;0;0;255m▀\u{1B}[38;2;0;255;0m▀\u{1B}[0m\r
        \u{1B}[38;2;0;0;255;48;2;8;8;8m▀\u{1B}[48;2;95;135;175m▀\u{1B}[0m\r\n
        """)
  }

  /// All of these are in the palette: 16 + 36 r + 6 g + b, and 232 for grey 8.
  @Test func writesPaletteColours() {
    #expect(
      text(HalfBlockEncoder.encode(image, depth: .palette256)) == """
        \u{1B}[38;5;196;48;5;21m▀\u{1B}[38;5;46m▀\u{1B}[0m\r
        \u{1B}[38;5;21;48;5;232m▀\u{1B}[48;5;67m▀\u{1B}[0m\r\n
        """)
  }

  @Test func leavesTheGroundUnderAnOddRow() {
    let row = PixelImage(width: 1, height: 1, bytes: [1, 2, 3])
    #expect(
      text(HalfBlockEncoder.encode(row, depth: .trueColor)) == "\u{1B}[38;2;1;2;3;49m▀\u{1B}[0m\r\n"
    )
  }

  @Test func shadesByLight() {
    let greys: [UInt8] = [0, 64, 128, 191, 255]
    let image = PixelImage(
      width: 5, height: 3,
      bytes: (greys + greys + greys.reversed()).flatMap { [$0, $0, $0] })
    #expect(text(ShadeEncoder.encode(image)) == " ░▒▓█\r\n█▓▒░ \r\n")
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}

@Suite struct XtermPaletteTests {
  /// Against a search through all 240 colours.
  @Test func findsTheNearestColour() {
    let levels: [Float] = [0, 95, 135, 175, 215, 255]
    var palette = (0..<216).map { SIMD3(levels[$0 / 36], levels[$0 / 6 % 6], levels[$0 % 6]) }
    palette += (0..<24).map { SIMD3(repeating: Float(8 + 10 * $0)) }
    func distance(_ a: SIMD3<Float>, _ b: SIMD3<Float>) -> Float { ((a - b) * (a - b)).sum() }
    for step in 0..<4096 {
      let wanted = SIMD3(Float(step % 16), Float(step / 16 % 16), Float(step / 256)) * 17
      let (index, color) = XtermPalette.nearest(wanted)
      let best = palette.map { distance($0, wanted) }.min() ?? 0
      #expect(distance(color, wanted) == best, "\(wanted) became \(color)")
      #expect(palette[Int(index) - 16] == color)
    }
  }

  /// A grey between two of the palette comes out right on average.
  @Test func spreadsTheError() {
    let image = PixelImage(
      width: 20, height: 20, bytes: [UInt8](repeating: 105, count: 20 * 20 * 3))
    let values = XtermPalette.dithered(image).map { index in
      index >= 232
        ? 8 + 10 * (Int(index) - 232) : [0, 95, 135, 175, 215, 255][(Int(index) - 16) % 6]
    }
    let mean = Double(values.reduce(0, +)) / Double(values.count)
    #expect(abs(mean - 105) < 0.5)
    #expect(Set(values).count > 1)
  }
}
