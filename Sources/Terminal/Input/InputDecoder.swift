/// Makes events out of what a terminal sends, and sets its answers to our questions apart.
///
/// Answers are recognised whenever they come: late ones never look like keys, and what is neither an
/// answer nor a known key is dropped.
struct InputDecoder: Sendable {
  typealias Instant = ContinuousClock.Instant

  enum Item: Sendable, Equatable {
    case event(InputEvent)
    case reply(TerminalReply)
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  /// An answer that has begun will be completed, even over a slow line.
  private static let patienceInside = Duration.milliseconds(500)
  /// A paste whose end got lost must not swallow the keyboard.
  private static let patienceInPaste = Duration.seconds(2)

  /// How long after an escape its next byte may come; less than anyone needs for two keys.
  private let escapeDelay: Duration
  private var cutter = SequenceCutter()
  /// Bytes of text that may be the beginning of a character.
  private var text: [UInt8] = []
  private var paste: [UInt8]?
  private var clicks = ClickCounter()
  private var lastByte: Instant?

  init(escapeDelay: Duration = .milliseconds(25)) { self.escapeDelay = escapeDelay }

  /// When ``expire(at:)`` has something to do if nothing more arrives.
  var deadline: Instant? {
    guard let lastByte else { return nil }
    if paste != nil { return lastByte + Self.patienceInPaste }
    if cutter.pending.isEmpty { return nil }
    return lastByte + (cutter.isInside ? Self.patienceInside : escapeDelay)
  }

  mutating func feed(_ bytes: some Sequence<UInt8>, at now: Instant) -> [Item] {
    var items: [Item] = []
    for byte in bytes {
      lastByte = now
      if paste != nil {
        continuePaste(byte, into: &items)
        continue
      }
      guard let piece = cutter.feed(byte) else { continue }
      if case .byte(let byte) = piece, byte >= 0x20, byte != 0x7F {
        text.append(byte)
        continue
      }
      flushText(into: &items)
      switch piece {
      case .byte(let byte): items.append(.event(.key(.control(byte))))
      // An escape before another one is the key; what was too long for anything is noise.
      case .broken(let bytes) where bytes.count > 1: break
      case .broken: items.append(.event(.key(KeyPress(.escape))))
      case .sequence(let sequence): take(sequence, at: now, into: &items)
      }
    }
    flushText(into: &items)
    return items
  }

  /// Decides about what has been left incomplete for too long.
  mutating func expire(at now: Instant) -> [Item] {
    guard let deadline, now >= deadline else { return [] }
    var items: [Item] = []
    if let paste {
      self.paste = nil
      items.append(.event(.paste(Self.pasted(paste))))
      return items
    }
    let isInside = cutter.isInside
    let rest = cutter.take()
    guard !isInside, let first = rest.first else { return items }
    if rest.count == 1 {
      items.append(.event(.key(.control(first))))
    } else if let key = KeySequence.alt(rest[1...]) {
      items.append(.event(.key(key)))
    }
    return items
  }

  private mutating func continuePaste(_ byte: UInt8, into items: inout [Item]) {
    paste?.append(byte)
    guard byte == Self.pasteEnd.last, let bytes = paste,
      bytes.suffix(Self.pasteEnd.count).elementsEqual(Self.pasteEnd)
    else { return }
    paste = nil
    items.append(.event(.paste(Self.pasted(bytes.dropLast(Self.pasteEnd.count)))))
  }

  /// Line ends of all kinds become `\n`; terminals send CR.
  private static func pasted(_ bytes: some Sequence<UInt8>) -> String {
    var lines: [UInt8] = []
    var previous: UInt8 = 0
    for byte in bytes {
      if byte == 13 {
        lines.append(10)
      } else if byte != 10 || previous != 13 {
        lines.append(byte)
      }
      previous = byte
    }
    return String(decoding: lines, as: UTF8.self)
  }

  /// Typed characters, all that are complete.
  private mutating func flushText(into items: inout [Item]) {
    guard !text.isEmpty else { return }
    let kept = Self.incompleteTail(of: text)
    let whole = text.dropLast(kept)
    for character in String(decoding: whole, as: UTF8.self) where character != "\u{FFFD}" {
      items.append(.event(.key(KeyPress(.character(character)))))
    }
    text = Array(text.suffix(kept))
  }

  /// Bytes at the end that begin a UTF-8 character of more bytes.
  private static func incompleteTail(of bytes: [UInt8]) -> Int {
    for back in 1...3 where back <= bytes.count {
      let byte = bytes[bytes.count - back]
      if byte < 0x80 { return 0 }
      if byte >= 0xC0 {
        let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
        return length > back ? back : 0
      }
    }
    return 0
  }

  private mutating func take(_ sequence: [UInt8], at now: Instant, into items: inout [Item]) {
    if let reply = TerminalReply(sequence: sequence) {
      items.append(.reply(reply))
      return
    }
    switch KeySequence(sequence) {
    case nil: break
    case .key(let key): items.append(.event(.key(key)))
    case .pasteBegins: paste = []
    case .focus(let isFocused): items.append(.event(.focused(isFocused)))
    case .mouse(let button, let x, let y, let isRelease):
      if let event = clicks.event(button: button, x: x, y: y, isRelease: isRelease, at: now) {
        items.append(.event(.mouse(event)))
      }
    }
  }
}

/// Makes mouse events out of xterm's button numbers.
struct ClickCounter: Sendable {
  private static let doubleClick = Duration.milliseconds(400)
  private var lastPress: (x: Int, y: Int, at: ContinuousClock.Instant)?

  /// - Parameter button: As in xterm's "SGR (1006)" reports; x and y count from 1.
  mutating func event(
    button: Int, x: Int, y: Int, isRelease: Bool, at now: ContinuousClock.Instant
  ) -> MouseEvent? {
    let (x, y) = (x - 1, y - 1)
    guard x >= 0, y >= 0 else { return nil }
    // 4, 8 and 16 are Shift, Alt and Control.
    switch button & ~0b1_1100 {
    case 64: return MouseEvent(.scrollUp, x: x, y: y)
    case 65: return MouseEvent(.scrollDown, x: x, y: y)
    case 32: return MouseEvent(.drag, x: x, y: y)
    case 0 where isRelease: return MouseEvent(.release, x: x, y: y)
    case 0:
      if let last = lastPress, last.x == x, last.y == y, now - last.at < Self.doubleClick {
        lastPress = nil
        return MouseEvent(.doublePress, x: x, y: y)
      }
      lastPress = (x, y, now)
      return MouseEvent(.press, x: x, y: y)
    default: return nil
    }
  }
}
