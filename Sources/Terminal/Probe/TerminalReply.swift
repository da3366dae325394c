/// One thing that arrived from a terminal.
public enum TerminalReply: Sendable, Equatable {
  /// DA1, which every terminal answers: class of terminal, then what it can do.
  case deviceAttributes([Int])
  /// XTSMGRAPHICS: 1 colour registers or 2 size of pictures; status 0 is success; values.
  case graphics(item: Int, status: Int, values: [Int])
  /// Pixels of a character cell.
  case cellSize(width: Int, height: Int)
  /// Pixels of all cells together.
  case textArea(width: Int, height: Int)
  /// The kitty graphics protocol's answer to its query.
  case kitty(isOK: Bool)
  /// XTVERSION: name and version.
  case name(String)
  /// DECRQM: 0 unknown, 1 and 3 set, 2 and 4 reset.
  case mode(Int, value: Int)
  /// OSC 11: the background, red, green and blue 0...1.
  case background(red: Double, green: Double, blue: Double)
  /// DSR: everything that was sent before the question has been drawn.
  case ready
  /// Bytes that are no answer to us: somebody types.
  case typed([UInt8])

  /// - Parameter sequence: Complete, from its escape on.
  /// - Returns: Nil if it is no answer.
  init?(sequence: [UInt8]) {
    guard sequence.count > 2 else { return nil }
    let body = sequence[2...]
    let reply =
      switch sequence[1] {
      case UInt8(ascii: "["): Self.controlSequence(body)
      case UInt8(ascii: "_"): Self.kittyAnswer(Self.text(of: body))
      case UInt8(ascii: "P"): Self.deviceControl(Self.text(of: body))
      case UInt8(ascii: "]"): Self.systemCommand(Self.text(of: body))
      default: nil as TerminalReply?
      }
    guard let reply else { return nil }
    self = reply
  }

  /// What the bytes behind `ESC [` say.
  private static func controlSequence(_ sequence: ArraySlice<UInt8>) -> TerminalReply? {
    let text = String(decoding: sequence, as: UTF8.self)
    let isPrivate = text.hasPrefix("?")
    let numbers = text.dropFirst(isPrivate ? 1 : 0).dropLast(text.hasSuffix("$y") ? 2 : 1)
      .split(separator: ";").compactMap { Int($0) }
    switch (isPrivate, text.last, numbers.count) {
    case (true, "c", _):
      return .deviceAttributes(numbers)
    case (true, "S", 2...):
      return .graphics(item: numbers[0], status: numbers[1], values: Array(numbers[2...]))
    case (true, "y", 2) where text.hasSuffix("$y"):
      return .mode(numbers[0], value: numbers[1])
    case (false, "t", 3) where numbers[0] == 6:
      return .cellSize(width: numbers[2], height: numbers[1])
    case (false, "t", 3) where numbers[0] == 4:
      return .textArea(width: numbers[2], height: numbers[1])
    case (false, "n", 1) where numbers[0] == 0:
      return .ready
    default:
      return nil
    }
  }

  /// Without `ESC \` or BEL.
  private static func text(of body: ArraySlice<UInt8>) -> String {
    String(decoding: body.dropLast(body.last == 7 ? 1 : 2), as: UTF8.self)
  }

  private static func kittyAnswer(_ text: String) -> TerminalReply? {
    text.hasPrefix("G") ? .kitty(isOK: text.hasSuffix(";OK")) : nil
  }

  private static func deviceControl(_ text: String) -> TerminalReply? {
    text.hasPrefix(">|") ? .name(String(text.dropFirst(2))) : nil
  }

  /// `11;rgb:RRRR/GGGG/BBBB`, one to four hexadecimal digits each.
  private static func systemCommand(_ text: String) -> TerminalReply? {
    guard text.hasPrefix("11;rgb:") || text.hasPrefix("11;rgba:"),
      let colon = text.firstIndex(of: ":")
    else { return nil }
    let parts = text[text.index(after: colon)...].split(separator: "/").map { digits -> Double? in
      guard (1...4).contains(digits.count), digits.allSatisfy(\.isHexDigit),
        let value = Int(digits, radix: 16)
      else { return nil }
      return Double(value) / Double((1 << (4 * digits.count)) - 1)
    }
    guard parts.count >= 3, let red = parts[0], let green = parts[1], let blue = parts[2] else {
      return nil
    }
    return .background(red: red, green: green, blue: blue)
  }
}

/// Sorts what a terminal sends into replies and typed bytes, in whatever pieces it arrives.
public struct TerminalReplyParser: Sendable {
  private var cutter = SequenceCutter()

  public init() {}

  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [TerminalReply] {
    bytes.compactMap { byte in
      switch cutter.feed(byte) {
      case nil: nil
      case .byte(let byte): .typed([byte])
      case .broken(let bytes): .typed(bytes)
      case .sequence(let bytes): TerminalReply(sequence: bytes) ?? .typed(bytes)
      }
    }
  }

  /// What is left when nothing more will come, such as the escape key.
  public mutating func finish() -> [TerminalReply] {
    let rest = cutter.take()
    return rest.isEmpty ? [] : [.typed(rest)]
  }
}
