/// Cuts what a terminal sends into bytes and escape sequences, in whatever pieces it arrives.
struct SequenceCutter: Sendable {
  enum Piece: Equatable {
    case byte(UInt8)
    /// From the escape to the final byte; of Alt and a character too.
    case sequence([UInt8])
    /// What cannot be the beginning of anything.
    case broken([UInt8])
  }

  static let escape: UInt8 = 0x1B
  /// Longer than any answer; what grows beyond is none.
  private static let longest = 1024

  private(set) var pending: [UInt8] = []

  mutating func feed(_ byte: UInt8) -> Piece? {
    if pending.isEmpty, byte != Self.escape { return .byte(byte) }
    if pending == [Self.escape], byte == Self.escape {
      // The key twice, or once before a sequence: the second one may begin something.
      return .broken([byte])
    }
    pending.append(byte)
    guard pending.count >= 2 else { return nil }
    guard pending.count <= Self.longest else { return .broken(take()) }
    return isComplete(last: byte) ? .sequence(take()) : nil
  }

  /// What is left when nothing more will come, such as the escape key.
  mutating func take() -> [UInt8] {
    defer { pending = [] }
    return pending
  }

  /// Whether an answer or a key has begun that would be cut in two by giving up now.
  var isInside: Bool { pending.count > 2 }

  private func isComplete(last: UInt8) -> Bool {
    switch pending[1] {
    case UInt8(ascii: "["):
      // ECMA-48, "Control sequences": parameters and intermediates, then one final byte. The Linux
      // console's function keys have a second bracket and one byte more.
      if pending.count == 3, last == UInt8(ascii: "[") { return false }
      return pending.count > 2 && !(0x20...0x3F).contains(last)
    case UInt8(ascii: "O"):
      return pending.count > 2 && !(0x30...0x3B).contains(last)
    case UInt8(ascii: "_"), UInt8(ascii: "P"):
      return endsWithTerminator
    case UInt8(ascii: "]"):
      return endsWithTerminator || last == 7
    case let lead where lead >= 0xC0:
      let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2
      return pending.count > length || last < 0x80
    default:
      return true
    }
  }

  /// `ESC \`, behind at least one byte.
  private var endsWithTerminator: Bool {
    pending.count > 3 && pending.last == UInt8(ascii: "\\")
      && pending[pending.count - 2] == Self.escape
  }
}
