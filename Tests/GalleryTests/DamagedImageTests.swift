import Foundation
import Gallery
import Tensors
import Testing

@Suite struct DamagedImageTests {
  /// Small enough that a flipped bit in a header cannot make the test slow.
  private let limits = ImageLimits(side: 4096, pixels: 1 << 20)

  @Test(arguments: Fixture.all)
  func saysSoOfTruncatedPictures(bytes: Data) {
    for count in 0..<bytes.count {
      #expect(throws: ImageError.self, "\(count) of \(bytes.count) bytes") {
        try ImageFile.decode(bytes.prefix(count), limits: limits)
      }
    }
  }

  /// A larger picture of each kind of chunk, cut every 64 bytes.
  @Test func saysSoOfTruncatedPNGsWithRecipes() throws {
    var random = SplitMix(state: 7)
    let noise = (0..<64 * 48 * 3).map { _ in UInt8.random(in: 0...255, using: &random) }
    let png = try PNG.encode(
      PixelImage(width: 64, height: 48, bytes: noise), recipe: Recipe(prompt: "noise"))
    #expect(png.count > 6000)
    for count in stride(from: 0, to: png.count, by: 64) {
      #expect(throws: ImageError.self) { try ImageFile.decode(png.prefix(count)) }
      #expect(throws: ImageError.self) { try Recipe(readingFrom: png.prefix(count)) }
    }
  }

  /// A flipped bit gives another picture or an error, never a crash; PNGs check every critical byte.
  @Test(arguments: Fixture.all)
  func survivesFlippedBits(bytes: Data) throws {
    var random = SplitMix(state: 20_261_123)
    for _ in 0..<400 {
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        damaged[Int.random(in: 0..<bytes.count, using: &random)] ^=
          1 << UInt8.random(in: 0..<8, using: &random)
      }
      do {
        let image = try ImageFile.decode(damaged, limits: limits)
        #expect(image.width * image.height <= limits.pixels)
      } catch {
        #expect(!error.description.contains("\n") && error.description.count < 400)
      }
    }
  }

  /// A header may promise anything; 97 bytes cannot hold it, so nothing is allocated.
  @Test func refusesWhatTheFileCannotHold() {
    let header: [UInt8] = [0, 0, 0x40, 0, 0, 0, 0x40, 0, 8, 2, 0, 0, 0]
    let png = png(header: header, data: [UInt8](repeating: 0, count: 40))
    #expect(throws: damaged("97 bytes cannot hold 16384x16384 pixels")) {
      try ImageFile.decode(png, named: "a.png")
    }
    var jpeg = Fixture.jpeg
    replaceExtents(of: &jpeg, with: [0x40, 0, 0x40, 0])
    #expect(
      throws: ImageError.damaged(
        file: "a.jpg", format: .jpeg, found: "665 bytes cannot hold 16384x16384 pixels")
    ) { try ImageFile.decode(jpeg, named: "a.jpg") }
  }

  @Test func refusesPicturesBeyondTheLimits() {
    let wide: [UInt8] = [0, 0, 0x80, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]
    let error = #expect(throws: ImageError.self) {
      try ImageFile.decode(png(header: wide, data: []), named: "a.png")
    }
    #expect(
      error?.description
        == "'a.png' has 32769x1 pixels, but at most 32768 a side and 268 million in all are read. "
        + "Make it smaller first.")
    let tight = ImageLimits(side: 24, pixels: 24 * 16 - 1)
    for picture in [Fixture.jpeg, Fixture.lossyWebP] {
      #expect(throws: ImageError.tooLarge(file: "a", width: 24, height: 16, limits: tight)) {
        try ImageFile.decode(picture, named: "a", limits: tight)
      }
    }
  }

  @Test func saysWhatWasFound() {
    let cases: [(Data, String)] = [
      (Data(), "'x' is empty, but a picture must be PNG, JPEG or WebP. Convert it first."),
      (
        Data("GIF89a".utf8),
        "'x' is a GIF, but a picture must be PNG, JPEG or WebP. Convert it first."
      ),
      (
        Data("hello world".utf8),
        "'x' is a file of an unknown kind (it begins with 68 65 6c 6c 6f 20 77 6f), "
          + "but a picture must be PNG, JPEG or WebP. Convert it first."
      ),
      (
        Fixture.rgba.prefix(50),
        "'x' is a damaged PNG: the file ends too early. Save or fetch it again."
      ),
      (
        Fixture.jpeg.prefix(640),
        "'x' is a damaged JPEG: Premature end of JPEG file. Save or fetch it again."
      ),
      (
        Fixture.lossyWebP.prefix(60),
        "'x' is a damaged WebP: the file ends too early. Save or fetch it again."
      ),
      (
        Fixture.animatedWebP,
        "'x' is a WebP that is not supported: an animation. Save it as a plain PNG."
      ),
    ]
    for (bytes, message) in cases {
      let error = #expect(throws: ImageError.self) { try ImageFile.decode(bytes, named: "x") }
      #expect(error?.description == message)
    }
  }

  @Test func saysWhyAFileCannotBeRead() {
    #expect(
      throws: ImageError.unreadable(file: "/no/such.png", reason: "No such file or directory")
    ) {
      try ImageFile.decode(URL(filePath: "/no/such.png"))
    }
    #expect(throws: ImageError.unreadable(file: "/usr", reason: "Is a directory")) {
      try ImageFile.decode(URL(filePath: "/usr"))
    }
    // Endless, so it must not be read to its end.
    #expect(throws: ImageError.self) { try ImageFile.decode(URL(filePath: "/dev/zero")) }
  }

  private func damaged(_ found: String) -> ImageError {
    .damaged(file: "a.png", format: .png, found: found)
  }

  /// A PNG of three chunks with right checksums.
  private func png(header: [UInt8], data: [UInt8]) -> Data {
    var bytes = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    for (type, content) in [("IHDR", header), ("IDAT", data), ("IEND", [])] {
      let checked = Array(type.utf8) + content
      bytes += bigEndian(UInt32(content.count)) + checked + bigEndian(crc32(checked))
    }
    return bytes
  }

  private func replaceExtents(of jpeg: inout Data, with extents: [UInt8]) {
    guard let frame = jpeg.firstRange(of: Data([0xFF, 0xC0])) else { return }
    let start = frame.lowerBound + 5  // marker, length, precision
    jpeg.replaceSubrange(start..<start + 4, with: extents)
  }

  private func bigEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// PNG specification, "Cyclic Redundancy Code algorithm".
  private func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1
      }
    }
  }
}

/// A small generator with a seed, so that a failure can be repeated.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}
