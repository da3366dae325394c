/// A 64-bit checksum at the speed of memory: tells damage, not attacks.
///
/// Four sums side by side, each of every fourth word, in steps of FNV-1a and a rotation. A step is
/// one-to-one, so that one word that is changed always shows.
struct Checksum: Equatable {
  private(set) var value: UInt64

  init(_ bytes: UnsafeRawBufferPointer) {
    var (a, b, c, d) = (Self.start, Self.start &+ 1, Self.start &+ 2, Self.start &+ 3)
    var place = 0
    while place + 32 <= bytes.count {
      a = Self.step(a, bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self))
      b = Self.step(b, bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self))
      c = Self.step(c, bytes.loadUnaligned(fromByteOffset: place + 16, as: UInt64.self))
      d = Self.step(d, bytes.loadUnaligned(fromByteOffset: place + 24, as: UInt64.self))
      place += 32
    }
    // One after the other: two of them side by side in a step could cancel out.
    value = Self.step(Self.step(Self.step(Self.step(Self.start, a), b), c), d)
    for byte in bytes[place...] { value = Self.step(value, UInt64(byte)) }
    value = Self.step(value, UInt64(bytes.count))
  }

  /// Of several pieces in this order.
  init(_ pieces: [Checksum]) {
    value = pieces.reduce(Self.start) { Self.step($0, $1.value) }
  }

  init(value: UInt64) { self.value = value }

  private static let start: UInt64 = 0xcbf2_9ce4_8422_2325

  @inline(__always)
  private static func step(_ sum: UInt64, _ word: UInt64) -> UInt64 {
    let mixed = (sum ^ word) &* 0x100_0000_01b3
    return mixed &<< 29 | mixed &>> 35
  }
}
