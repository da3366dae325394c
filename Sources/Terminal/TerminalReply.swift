/// One thing that arrived from a terminal.
public enum TerminalReply: Sendable, Equatable {
  /// DA1, which every terminal answers: class of terminal, then what it can do.
  case deviceAttributes([Int])
  /// XTSMGRAPHICS: 1 colour registers or 2 size of pictures; status 0 is success; values.
  case graphics(item: Int, status: Int, values: [Int])
  /// Pixels of a character cell.
  case cellSize(width: Int, height: Int)
  /// The kitty graphics protocol's answer to its query.
  case kitty(isOK: Bool)
  /// Bytes that are no answer to us: somebody types.
  case typed([UInt8])
}

/// Cuts what a terminal sends into replies, in whatever pieces it arrives.
public struct TerminalReplyParser: Sendable {
  private static let escape: UInt8 = 0x1B
  /// Longer than any answer; what grows beyond is none.
  private static let longest = 1024

  private var pending: [UInt8] = []

  public init() {}

  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [TerminalReply] {
    bytes.flatMap { feed($0) }
  }

  /// What is left when nothing more will come, such as the escape key.
  public mutating func finish() -> [TerminalReply] {
    defer { pending = [] }
    return pending.isEmpty ? [] : [.typed(pending)]
  }

  private mutating func feed(_ byte: UInt8) -> [TerminalReply] {
    if pending.isEmpty, byte != Self.escape { return [.typed([byte])] }
    pending.append(byte)
    guard pending.count >= 2 else { return [] }
    guard pending.count <= Self.longest else { return finish() }
    switch pending[1] {
    case UInt8(ascii: "["):
      // ECMA-48, "Control sequences": parameters and intermediates, then one final byte.
      guard pending.count > 2, !(0x20...0x3F).contains(byte) else { return [] }
      return take(Self.controlSequence)
    case UInt8(ascii: "_"), UInt8(ascii: "P"), UInt8(ascii: "]"):
      // A string ends with ESC \.
      guard byte == UInt8(ascii: "\\"), pending.dropLast().last == Self.escape, pending.count > 3
      else { return [] }
      return take(Self.string)
    default:
      return finish()
    }
  }

  private mutating func take(_ meaning: (ArraySlice<UInt8>) -> TerminalReply?) -> [TerminalReply] {
    guard let reply = meaning(pending[2...]) else { return finish() }
    pending = []
    return [reply]
  }

  /// What the bytes behind `ESC [` say.
  private static func controlSequence(_ sequence: ArraySlice<UInt8>) -> TerminalReply? {
    let text = String(decoding: sequence, as: UTF8.self)
    let numbers = text.dropFirst(text.hasPrefix("?") ? 1 : 0).dropLast()
      .split(separator: ";").compactMap { Int($0) }
    switch (text.first, text.last) {
    case ("?", "c"):
      return .deviceAttributes(numbers)
    case ("?", "S") where numbers.count >= 2:
      return .graphics(item: numbers[0], status: numbers[1], values: Array(numbers[2...]))
    case (_, "t") where numbers.count == 3 && numbers[0] == 6:
      return .cellSize(width: numbers[2], height: numbers[1])
    default:
      return nil
    }
  }

  /// What the bytes behind `ESC _`, `ESC P` or `ESC ]` say.
  private static func string(_ sequence: ArraySlice<UInt8>) -> TerminalReply? {
    let text = String(decoding: sequence.dropLast(2), as: UTF8.self)
    guard text.hasPrefix("G") else { return nil }
    return .kitty(isOK: text.hasSuffix(";OK"))
  }
}
