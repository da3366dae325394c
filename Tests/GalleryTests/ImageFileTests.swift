import Foundation
import Gallery
import Tensors
import Testing

@Suite struct ImageFileTests {
  @Test(arguments: [
    (Fixture.greyOneBit, 3, [255, 0, 255, 0, 255, 255]),
    // 0x8000 and 0x00FF, divided by 257 and rounded.
    (Fixture.grey16, 2, [128, 1]),
    (Fixture.interlaced, 5, (0..<15).map { $0 * 10 }),
  ])
  func widensGrey(png: Data, width: Int, grey: [Int]) throws {
    let image = try ImageFile.decode(png)
    #expect(image.width == width)
    #expect(image.bytes == grey.flatMap { Array(repeating: UInt8($0), count: 3) })
  }

  /// Alpha α of a value v on white is (v·α + 255·(255-α)) / 255.
  @Test func compositesOnWhite() throws {
    #expect(
      try ImageFile.decode(Fixture.palette)
        == PixelImage(width: 3, height: 1, bytes: [255, 0, 0, 127, 255, 127, 255, 255, 255]))
    #expect(
      try ImageFile.decode(Fixture.rgba)
        == PixelImage(width: 2, height: 1, bytes: [10, 20, 30, 241, 216, 191]))
    #expect(
      try ImageFile.decode(Fixture.rgb16)
        == PixelImage(width: 2, height: 1, bytes: [255, 18, 0, 255, 255, 255]))
    #expect(
      try ImageFile.decode(Fixture.losslessWebP)
        == PixelImage(
          width: 4, height: 2,
          bytes: [
            255, 0, 0, 127, 127, 255, 255, 0, 0, 255, 0, 0,
            255, 0, 0, 255, 0, 0, 255, 0, 0, 255, 255, 255,
          ]))
  }

  @Test(arguments: [Fixture.jpeg, Fixture.progressive, Fixture.lossyWebP])
  func readsColoursOfLossyPictures(bytes: Data) throws {
    let image = try ImageFile.decode(bytes)
    #expect(image.width == 24 && image.height == 16)
    for (index, colour) in Fixture.blocks.enumerated() {
      expectNear(image, x: index % 3 * 8 + 4, y: index / 3 * 8 + 4, colour)
    }
  }

  @Test func readsGreyJPEG() throws {
    let image = try ImageFile.decode(Fixture.greyJPEG)
    for (index, grey) in [83, 126, 44, 255, 0, 215].enumerated() {
      expectNear(
        image, x: index % 3 * 8 + 4, y: index / 3 * 8 + 4,
        Array(repeating: UInt8(grey), count: 3))
    }
  }

  /// Pillow's own conversion gives these two colours.
  @Test func readsInvertedCMYK() throws {
    let image = try ImageFile.decode(Fixture.cmyk)
    expectNear(image, x: 1, y: 1, [255, 0, 0])
    expectNear(image, x: 6, y: 1, [0, 204, 204])
  }

  /// Which stored block comes first on screen and which second, by orientation (EXIF 2.3, tag 274).
  @Test(arguments: [
    (1, 0, 1), (2, 2, 1), (3, 5, 4), (4, 3, 4), (5, 0, 3), (6, 3, 0), (7, 5, 2), (8, 2, 5),
  ])
  func turnsByOrientation(orientation: Int, first: Int, second: Int) throws {
    for bigEndian in [false, true] {
      let image = try ImageFile.decode(
        oriented(Fixture.jpeg, UInt8(orientation), bigEndian: bigEndian))
      #expect(image.width == (orientation < 5 ? 24 : 16))
      #expect(image.height == (orientation < 5 ? 16 : 24))
      expectNear(image, x: 4, y: 4, Fixture.blocks[first])
      expectNear(image, x: 12, y: 4, Fixture.blocks[second])
    }
  }

  @Test(arguments: [UInt8(0), 9])
  func ignoresImpossibleOrientations(orientation: UInt8) throws {
    #expect(
      try ImageFile.decode(oriented(Fixture.jpeg, orientation, bigEndian: true))
        == ImageFile.decode(Fixture.jpeg))
  }

  @Test func readsFilesByContent() throws {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).txt")
    defer { try? FileManager.default.removeItem(at: file) }
    try Fixture.lossyWebP.write(to: file)
    #expect(try ImageFile.decode(file).width == 24)
  }

  private func expectNear(
    _ image: PixelImage, x: Int, y: Int, _ colour: [UInt8],
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let start = (y * image.width + x) * 3
    let found = Array(image.bytes[start..<start + 3])
    let isNear = zip(found, colour).allSatisfy { abs(Int($0) - Int($1)) <= 3 }
    #expect(isNear, "\(found) at (\(x), \(y)), not \(colour)", sourceLocation: sourceLocation)
  }

  /// A JPEG with an APP1 segment of one entry behind its first two bytes.
  private func oriented(_ jpeg: Data, _ orientation: UInt8, bigEndian: Bool) -> Data {
    let tiff: [UInt8] =
      bigEndian
      ? [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
      : [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
    let segment = Array("Exif\0\0".utf8) + tiff + [0, 0, 0, 0]
    return jpeg.prefix(2) + [0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment + jpeg.dropFirst(2)
  }
}
