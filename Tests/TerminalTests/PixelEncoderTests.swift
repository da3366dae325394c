import Foundation
import Tensors
import Testing

@testable import Terminal

@Suite struct PixelEncoderTests {
  /// Kitty's description, "Remote client": keys in the first chunk only, `m=1` but for the last.
  @Test(arguments: [(1, 1, 1), (32, 32, 1), (33, 32, 2), (60, 50, 3)])
  func writesKittyChunks(width: Int, height: Int, count: Int) throws {
    let image = gradient(width: width, height: height)
    let text = String(decoding: KittyEncoder.encode(image), as: UTF8.self)
    let chunks = text.split(separator: "\u{1B}\\")
    #expect(chunks.count == count)
    var payload = ""
    for (index, chunk) in chunks.enumerated() {
      let more = index + 1 < count ? 1 : 0
      let keys = index == 0 ? "a=T,f=24,s=\(width),v=\(height),q=2,m=\(more)" : "m=\(more)"
      let parts = chunk.split(separator: ";")
      #expect(parts.first == "\u{1B}_G\(keys)")
      #expect((1...4096).contains(parts[1].count))
      payload += parts[1]
    }
    #expect(try #require(Data(base64Encoded: payload)) == Data(image.bytes))
  }

  /// A sixel colour has 101 levels a channel, and the quantiser keeps 5 bits of 8.
  @Test(arguments: [(40, 6), (39, 7), (64, 48)])
  func drawsFewColoursExactly(width: Int, height: Int) throws {
    let colors: [[UInt8]] = [
      [255, 255, 255], [0, 0, 0], [255, 0, 0], [0, 0, 255], [99, 198, 0],
    ]
    let bytes = (0..<width * height).flatMap { colors[$0 % width * colors.count / width] }
    let image = PixelImage(width: width, height: height, bytes: bytes)
    let drawn = try SixelReader.read(SixelEncoder.encode(image))
    #expect(drawn.width == width && drawn.height == height)
    let worst = zip(drawn.bytes, bytes).map { abs(Int($0) - Int($1)) }.max() ?? 0
    #expect(worst <= 4)
    // What is at the ends of the scale stays there: white ground must not turn grey.
    #expect(zip(drawn.bytes, bytes).allSatisfy { $1 == 255 ? $0 == 255 : $1 == 0 ? $0 == 0 : true })
  }

  @Test(arguments: [2, 16, 256])
  func keepsToTheRegisters(colors: Int) throws {
    let image = gradient(width: 90, height: 60)
    let sixel = try SixelEncoder.encode(image, colors: colors)
    #expect(try SixelReader.colorCount(sixel) <= colors)
    let drawn = try SixelReader.read(sixel)
    #expect(drawn.width == 90 && drawn.height == 60)
    let mean = { (bytes: [UInt8]) in Double(bytes.reduce(0) { $0 + Int($1) }) / Double(bytes.count)
    }
    #expect(abs(mean(drawn.bytes) - mean(image.bytes)) < 8)
  }

  private func gradient(width: Int, height: Int) -> PixelImage {
    var bytes: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        bytes += [UInt8(x * 255 / width), UInt8(y * 255 / height), 128]
      }
    }
    return PixelImage(width: width, height: height, bytes: bytes)
  }
}
