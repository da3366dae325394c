/// What an escape sequence from a keyboard or a mouse means.
enum KeySequence: Equatable {
  case key(KeyPress)
  case pasteBegins
  case focus(Bool)
  /// Numbers as xterm's "SGR (1006)" mode reports them.
  case mouse(button: Int, x: Int, y: Int, isRelease: Bool)

  private static let finals: [UInt8: Key] = [
    UInt8(ascii: "A"): .up, UInt8(ascii: "B"): .down, UInt8(ascii: "C"): .right,
    UInt8(ascii: "D"): .left, UInt8(ascii: "H"): .home, UInt8(ascii: "F"): .end,
    UInt8(ascii: "P"): .function(1), UInt8(ascii: "Q"): .function(2),
    UInt8(ascii: "R"): .function(3), UInt8(ascii: "S"): .function(4),
    UInt8(ascii: "M"): .enter,
  ]

  /// First numbers of sequences that end with `~`: VT220 and xterm.
  private static let numbered: [Int: Key] = [
    1: .home, 2: .insert, 3: .delete, 4: .end, 5: .pageUp, 6: .pageDown, 7: .home, 8: .end,
    11: .function(1), 12: .function(2), 13: .function(3), 14: .function(4), 15: .function(5),
    17: .function(6), 18: .function(7), 19: .function(8), 20: .function(9), 21: .function(10),
    23: .function(11), 24: .function(12), 25: .function(13), 26: .function(14),
    28: .function(15), 29: .function(16), 31: .function(17), 32: .function(18),
    33: .function(19), 34: .function(20),
  ]

  /// - Parameter sequence: Complete, from its escape on.
  init?(_ sequence: [UInt8]) {
    guard sequence.count >= 2, let last = sequence.last else { return nil }
    switch sequence[1] {
    case UInt8(ascii: "[") where sequence.count > 2:
      guard let meaning = Self.control(sequence[2...], last: last) else { return nil }
      self = meaning
    case UInt8(ascii: "O") where sequence.count > 2:
      guard let key = Self.finals[last] else { return nil }
      let modifiers = Self.numbers(in: sequence[2...].dropLast()).last ?? 1
      self = .key(KeyPress(key, Self.modifiers(modifiers)))
    case UInt8(ascii: "P"), UInt8(ascii: "_"), UInt8(ascii: "]"):
      return nil
    default:
      guard let key = Self.alt(sequence[1...]) else { return nil }
      self = .key(key)
    }
  }

  /// Alt and one character, as it comes behind an escape.
  static func alt(_ bytes: ArraySlice<UInt8>) -> KeyPress? {
    guard let first = bytes.first else { return nil }
    var press: KeyPress
    if first < 0x20 || first == 0x7F {
      press = .control(first)
    } else {
      let text = String(decoding: bytes, as: UTF8.self)
      guard let character = text.first, text.count == 1, character != "\u{FFFD}" else { return nil }
      press = KeyPress(.character(character))
    }
    press.modifiers.insert(.alt)
    return press
  }

  private static func control(_ body: ArraySlice<UInt8>, last: UInt8) -> KeySequence? {
    let parameters = body.dropLast()
    if parameters.first == UInt8(ascii: "<") {
      let values = numbers(in: parameters.dropFirst())
      guard values.count == 3, [UInt8(ascii: "M"), UInt8(ascii: "m")].contains(last) else {
        return nil
      }
      return .mouse(
        button: values[0], x: values[1], y: values[2], isRelease: last == UInt8(ascii: "m"))
    }
    if parameters.first == UInt8(ascii: "["), (0x41...0x45).contains(last) {
      return .key(KeyPress(.function(Int(last) - 0x40)))
    }
    guard parameters.allSatisfy({ (0x30...0x3B).contains($0) }) else { return nil }
    let values = numbers(in: parameters)
    let held = modifiers(values.count > 1 ? values[1] : 1)
    switch last {
    case UInt8(ascii: "I") where values.isEmpty: return .focus(true)
    case UInt8(ascii: "O") where values.isEmpty: return .focus(false)
    case UInt8(ascii: "Z"): return .key(KeyPress(.tab, held.union(.shift)))
    case UInt8(ascii: "u"): return values.first.flatMap { coded($0, held) }
    case UInt8(ascii: "~"):
      if values.first == 200 { return .pasteBegins }
      if values.first == 27, values.count == 3 { return coded(values[2], held) }
      return values.first.flatMap { numbered[$0] }.map { .key(KeyPress($0, held)) }
    default: return finals[last].map { .key(KeyPress($0, held)) }
    }
  }

  /// A key by its code point, as newer terminals send what older ones cannot tell apart.
  private static func coded(_ code: Int, _ held: KeyPress.Modifiers) -> KeySequence? {
    guard let value = UInt32(exactly: code), let scalar = Unicode.Scalar(value) else { return nil }
    if value < 32 || value == 127 {
      let plain = KeyPress.control(UInt8(value))
      return .key(KeyPress(plain.key, plain.modifiers.union(held)))
    }
    var character = Character(scalar)
    var held = held
    if held.remove(.shift) != nil, let upper = character.uppercased().first { character = upper }
    return .key(KeyPress(.character(character), held))
  }

  /// 1 and the sum of 1 Shift, 2 Alt, 4 Control.
  private static func modifiers(_ number: Int) -> KeyPress.Modifiers {
    let bits = max(0, number - 1)
    var held: KeyPress.Modifiers = []
    if bits & 1 != 0 { held.insert(.shift) }
    if bits & 2 != 0 { held.insert(.alt) }
    if bits & 4 != 0 { held.insert(.control) }
    return held
  }

  private static func numbers(in bytes: ArraySlice<UInt8>) -> [Int] {
    bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: true)
      .map { Int(String(decoding: $0, as: UTF8.self)) ?? 0 }
  }
}

extension KeyPress {
  /// The key behind a byte that is no character.
  static func control(_ byte: UInt8) -> KeyPress {
    switch byte {
    case 0: KeyPress(.character(" "), .control)
    case 8, 127: KeyPress(.backspace)
    case 9: KeyPress(.tab)
    case 13: KeyPress(.enter)
    case 27: KeyPress(.escape)
    case 1...26: KeyPress(.character(Character(Unicode.Scalar(byte + 96))), .control)
    default: KeyPress(.character(Character(Unicode.Scalar(byte + 64))), .control)
    }
  }
}
