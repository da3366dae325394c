import Foundation

/// A PNG of one red pixel and any chunks, sound or not, put together by the specification.
struct ChunkedPNG {
  var chunks: [(type: String, data: [UInt8])]

  init(_ texts: [(type: String, data: [UInt8])]) {
    let pixel: [UInt8] = [0, 255, 0, 0]  // filter, red, green, blue
    chunks =
      [("IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])] + texts
      + [("IDAT", Self.stored(pixel)), ("IEND", [])]
  }

  var bytes: Data {
    var bytes = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    for (type, data) in chunks {
      let checked = Array(type.utf8) + data
      bytes += Self.bigEndian(UInt32(data.count)) + checked + Self.bigEndian(Self.crc32(checked))
    }
    return bytes
  }

  // MARK: Chunks of text

  static func tEXt(_ keyword: String, _ text: String) -> (String, [UInt8]) {
    ("tEXt", Array(keyword.utf8) + [0] + text.unicodeScalars.map { UInt8($0.value) })
  }

  static func zTXt(_ keyword: String, _ text: String) -> (String, [UInt8]) {
    ("zTXt", Array(keyword.utf8) + [0, 0] + stored(Array(text.utf8)))
  }

  /// Language `en` and a translated keyword, which readers pass over.
  static func iTXt(_ keyword: String, _ text: String, isCompressed: Bool = false) -> (
    String, [UInt8]
  ) {
    let head = Array(keyword.utf8) + [0, isCompressed ? 1 : 0, 0] + Array("en\0Wort\0".utf8)
    return ("iTXt", head + (isCompressed ? stored(Array(text.utf8)) : Array(text.utf8)))
  }

  // MARK: The formats below

  /// A zlib stream of stored blocks (RFC 1950, RFC 1951 "Non-compressed blocks").
  static func stored(_ data: [UInt8]) -> [UInt8] {
    var stream: [UInt8] = [0x78, 0x01]
    var rest = data[...]
    repeat {
      let block = rest.prefix(65535)
      rest = rest.dropFirst(block.count)
      let count = UInt16(block.count)
      stream.append(rest.isEmpty ? 1 : 0)
      for value in [count, ~count] { stream += [UInt8(value & 0xFF), UInt8(value >> 8)] }
      stream += block
    } while !rest.isEmpty
    return stream + bigEndian(adler32(data))
  }

  /// A zlib stream that unpacks to `1 + 258 * runs` letters x, 13 bits for each 258 of them
  /// (RFC 1951, "Compression with fixed Huffman codes").
  static func letters(runs: Int) -> [UInt8] {
    var (stream, byte, filled): ([UInt8], UInt8, UInt8) = ([0x78, 0x01], 0, 0)
    func add(_ bits: String) {
      for bit in bits {
        if bit == "1" { byte |= 1 << filled }
        filled += 1
        if filled == 8 {
          stream.append(byte)
          (byte, filled) = (0, 0)
        }
      }
    }
    add("110")  // the last block; fixed codes, the lower bit first
    add("10101000")  // the letter x: 0x30 + 120
    for _ in 0..<runs { add("11000101" + "00000") }  // length 258, distance 1
    add("0000000")  // the end
    add("0000000")
    return stream + bigEndian(adler32([UInt8](repeating: 120, count: 1 + 258 * runs)))
  }

  private static func adler32(_ data: [UInt8]) -> UInt32 {
    var (a, b): (UInt32, UInt32) = (1, 0)
    for byte in data {
      a = (a + UInt32(byte)) % 65521
      b = (b + a) % 65521
    }
    return b << 16 | a
  }

  static func bigEndian(_ value: UInt32) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// PNG specification, "Cyclic Redundancy Code algorithm".
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    ~bytes.reduce(~0) { crc, byte in
      (0..<8).reduce(crc ^ UInt32(byte)) { rest, _ in
        rest & 1 == 1 ? 0xEDB8_8320 ^ (rest >> 1) : rest >> 1
      }
    }
  }
}
