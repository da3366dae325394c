import Tensors
import Terminal
import Testing

@Suite struct TerminalImageTests {
  private let image = PixelImage(
    width: 128, height: 128, bytes: [UInt8](repeating: 200, count: 128 * 128 * 3))

  @Test func fitsTextIntoTheWindow() throws {
    let lines = try String(decoding: bytes(.halfBlocks(.trueColor)), as: UTF8.self)
      .split(separator: "\r\n")
    // 80x24 cells less two rows are 80x44 dots.
    #expect(lines.count == 22)
    #expect(lines.allSatisfy { line in line.count { $0 == "▀" } == 44 })
    let shades = try String(decoding: bytes(.shades), as: UTF8.self).split(separator: "\r\n")
    #expect(shades.count == 22 && shades.allSatisfy { $0.count == 44 })
  }

  @Test func fitsPixelsIntoTheWindowAndTheTerminalsLimit() throws {
    // 22 rows of 16 pixels hold the picture twice.
    #expect(try text(bytes(.kitty)).contains(",s=256,v=256,"))
    let sixel = GraphicsProtocol.sixel(registers: 256, largestWidth: 1000, largestHeight: 1000)
    #expect(try text(bytes(sixel)).contains("\"1;1;256;256"))
    let small = GraphicsProtocol.sixel(registers: 256, largestWidth: 100, largestHeight: 1000)
    #expect(try text(bytes(small)).contains("\"1;1;100;100"))
  }

  @Test func writesNothingWithoutGraphics() throws {
    #expect(try bytes(nil).isEmpty)
    #expect(try !TerminalImage.show(image, on: nil))
  }

  @Test func survivesATinyWindow() throws {
    let graphics: [GraphicsProtocol] = [
      .kitty, .sixel(registers: 2, largestWidth: 1, largestHeight: 1), .shades,
      .halfBlocks(.palette256),
    ]
    for graphics in graphics {
      var terminal = terminal(graphics)
      (terminal.columns, terminal.rows) = (1, 1)
      #expect(try !TerminalImage.bytes(image, on: terminal).isEmpty)
    }
  }

  private func terminal(_ graphics: GraphicsProtocol?) -> TerminalCapabilities {
    var terminal = TerminalCapabilities(
      environment: ["TERM": "xterm"], window: WindowSize(columns: 80, rows: 24), answers: nil)
    terminal.graphics = graphics
    return terminal
  }

  private func bytes(_ graphics: GraphicsProtocol?) throws -> [UInt8] {
    try TerminalImage.bytes(image, on: terminal(graphics))
  }

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
