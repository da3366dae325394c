import Foundation

/// Where things lie in a PNG, found by its chunks' headers alone; no pixel is read.
struct PNGLayout {
  struct Text: Equatable {
    /// Of the whole chunk, its length and checksum included.
    let range: Range<Int>
    let keyword: String
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
  /// A chunk's length, type and checksum, in bytes.
  private static let frame = 12
  /// A file of empty chunks would otherwise keep us for minutes.
  private static let chunkLimit = 1 << 20
  private static let textLimit = 256

  /// In pixels, as the header says.
  private(set) var width: Int?
  private(set) var height: Int?
  /// tEXt, zTXt and iTXt, in the file's order.
  private(set) var texts: [Text] = []
  /// Where the first chunk of pixels begins.
  private(set) var pixelsStart: Int?
  /// Tells pictures apart: a digest of the lengths and checksums of all chunks that are pixels.
  ///
  /// Texts do not count, so a picture with other marks is the same picture.
  private(set) var fingerprint: UInt64?
  /// What kept us from reaching the end; nil for a whole file.
  private(set) var fault: String?

  /// - Parameters:
  ///   - byteCount: Of the file.
  ///   - read: The bytes of a range, fewer where the file ends; never asked for more than 128.
  init(byteCount: Int, read: (Range<Int>) -> [UInt8]) {
    guard read(0..<8) == Self.signature else {
      fault = "it is \(ImageFile.kind(of: Data(read(0..<16))))"
      return
    }
    var digest = FNV1a()
    var start = 8
    for _ in 0..<Self.chunkLimit {
      let head = read(start..<start + 8)
      let length = Int(UInt32(bigEndian: head.prefix(4)))
      guard head.count == 8, length <= byteCount - start - Self.frame else {
        fault = "the file ends too early"
        return
      }
      let end = start + length + Self.frame
      let checksum = read(end - 4..<end)
      let type = String(decoding: head[4...], as: UTF8.self)
      switch type {
      case "IHDR":
        let extents = read(start + 8..<start + 16)
        width = Int(UInt32(bigEndian: extents.prefix(4)))
        height = Int(UInt32(bigEndian: extents.suffix(4)))
      case "IDAT":
        pixelsStart = pixelsStart ?? start
      case "tEXt", "zTXt", "iTXt":
        guard texts.count < Self.textLimit else { break }
        let keyword = read(start + 8..<min(start + 8 + 80, end - 4)).prefix { $0 != 0 }
        texts.append(
          Text(range: start..<end, keyword: String(decoding: keyword, as: UTF8.self)))
      default: break
      }
      // Chunks that a decoder needs begin with a capital letter.
      if head[4] & 0x20 == 0 { digest.add(head + checksum) }
      start = end
      guard type != "IEND" else {
        fingerprint = digest.value
        if pixelsStart == nil { fault = "it has no pixels" }
        return
      }
    }
    fault = "it has more than \(Self.chunkLimit) chunks"
  }

  /// A PNG of one pixel's header and one text, for a reader of whole files.
  static func single(_ chunk: [UInt8]) -> Data {
    let header: [UInt8] = [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]
    return Data(signature + self.chunk("IHDR", header) + chunk + self.chunk("IEND", []))
  }

  /// A chunk with its length and checksum.
  static func chunk(_ type: String, _ data: [UInt8]) -> [UInt8] {
    let checked = Array(type.utf8) + data
    return bytes(UInt32(data.count)) + checked + bytes(CRC32.checksum(checked))
  }

  private static func bytes(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }
}

extension UInt32 {
  fileprivate init(bigEndian bytes: some Sequence<UInt8>) {
    self = bytes.reduce(0) { $0 << 8 | UInt32($1) }
  }
}

/// Fowler, Noll and Vo's hash of 64 bits: no secret, the same in every process.
package struct FNV1a {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  package init() {}

  package mutating func add(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { value = (value ^ UInt64(byte)) &* 0x100_0000_01B3 }
  }
}

/// PNG specification, "Cyclic Redundancy Code algorithm".
enum CRC32 {
  private static let table: [UInt32] = (0..<256).map { byte in
    (0..<8).reduce(UInt32(byte)) { rest, _ in
      rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1
    }
  }

  static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
    ~bytes.reduce(~0) { table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] ^ ($0 >> 8) }
  }
}
