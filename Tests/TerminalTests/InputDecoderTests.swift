import Testing

@testable import Terminal

@Suite struct InputDecoderTests {
  private let start = ContinuousClock.now

  /// What xterm, the Linux console, rxvt and newer terminals send.
  static let keys: [(String, String)] = [
    ("a", "a"), ("Z", "Z"), (" ", "space"), ("é", "é"), ("日", "日"), ("👩‍💻", "👩‍💻"),
    ("\r", "enter"), ("\n", "ctrl-j"), ("\t", "tab"), ("\u{7F}", "backspace"),
    ("\u{8}", "backspace"), ("\u{1}", "ctrl-a"), ("\u{12}", "ctrl-r"), ("\u{1A}", "ctrl-z"),
    ("\0", "ctrl-space"), ("\u{1F}", "ctrl-_"), ("\u{1B}\r", "alt-enter"), ("\u{1B}b", "alt-b"),
    ("\u{1B}é", "alt-é"), ("\u{1B}\u{7F}", "alt-backspace"), ("\u{1B}[A", "up"),
    ("\u{1B}OA", "up"), ("\u{1B}[D", "left"), ("\u{1B}[1;5A", "ctrl-up"),
    ("\u{1B}[1;5B", "ctrl-down"), ("\u{1B}[1;3C", "alt-right"), ("\u{1B}[1;2D", "shift-left"),
    ("\u{1B}[1;6D", "ctrl-shift-left"), ("\u{1B}[H", "home"), ("\u{1B}OF", "end"),
    ("\u{1B}[1~", "home"), ("\u{1B}[2~", "insert"), ("\u{1B}[3~", "delete"),
    ("\u{1B}[3;5~", "ctrl-delete"), ("\u{1B}[4~", "end"), ("\u{1B}[5~", "pageup"),
    ("\u{1B}[6~", "pagedown"), ("\u{1B}[Z", "shift-tab"), ("\u{1B}OP", "f1"),
    ("\u{1B}[[A", "f1"), ("\u{1B}[[E", "f5"), ("\u{1B}[15~", "f5"), ("\u{1B}[24~", "f12"),
    ("\u{1B}[1;2P", "shift-f1"), ("\u{1B}[13;5u", "ctrl-enter"), ("\u{1B}[13;3u", "alt-enter"),
    ("\u{1B}[97;5u", "ctrl-a"), ("\u{1B}[27;2;13~", "shift-enter"), ("\u{1B}[9;2u", "shift-tab"),
    ("\u{1B}[97;2u", "A"),
  ]

  @Test(arguments: keys)
  func understandsKeys(bytes: String, notation: String) {
    var decoder = InputDecoder()
    let whole = decoder.feed(bytes.utf8, at: start)
    #expect(whole.map(Self.text) == [notation])
    #expect(decoder.deadline == nil)
  }

  @Test func understandsThemInPieces() {
    // A grapheme of several scalars is one key only if it arrives in one piece.
    for (bytes, notation) in Self.keys
    where bytes.unicodeScalars.count == 1 || bytes.first == "\u{1B}" {
      var decoder = InputDecoder()
      let items = bytes.utf8.flatMap { decoder.feed([$0], at: start) }
      #expect(items.map(Self.text) == [notation], "\(bytes.debugDescription)")
    }
  }

  @Test func keepsKeysInOrder() {
    var decoder = InputDecoder()
    let bytes = Self.keys.map(\.0).joined()
    // Glued together, "\r\n" is one character to Swift, but two keys to a terminal.
    let notations = decoder.feed(bytes.utf8, at: start).map(Self.text)
    #expect(notations == Self.keys.map(\.1))
  }

  @Test func tellsEscapeByTheClock() {
    var decoder = InputDecoder(escapeDelay: .milliseconds(25))
    #expect(decoder.feed([0x1B], at: start).isEmpty)
    #expect(decoder.deadline == start + .milliseconds(25))
    #expect(decoder.expire(at: start + .milliseconds(24)).isEmpty)
    #expect(decoder.expire(at: start + .milliseconds(25)).map(Self.text) == ["esc"])
    #expect(decoder.deadline == nil)
    // Twice: the first is certain when the second comes.
    #expect(decoder.feed([0x1B, 0x1B], at: start).map(Self.text) == ["esc"])
    #expect(decoder.expire(at: start + .seconds(1)).map(Self.text) == ["esc"])
    #expect(decoder.feed(Array("\u{1B}[".utf8), at: start).isEmpty)
    #expect(decoder.expire(at: start + .seconds(1)).map(Self.text) == ["alt-["])
  }

  @Test func takesPastesInOnePiece() {
    var decoder = InputDecoder()
    let items = decoder.feed("x\u{1B}[200~a\r\nb\rc\u{1B}[A\n日\u{1B}[201~y".utf8, at: start)
    #expect(
      items == [
        .event(.key(KeyPress(.character("x")))),
        .event(.paste("a\nb\nc\u{1B}[A\n日")),
        .event(.key(KeyPress(.character("y")))),
      ])
  }

  @Test func freesTheKeyboardFromAPasteWithoutEnd() {
    var decoder = InputDecoder()
    #expect(decoder.feed("\u{1B}[200~lost".utf8, at: start).isEmpty)
    #expect(decoder.expire(at: start + .seconds(2)) == [.event(.paste("lost"))])
    #expect(decoder.feed("q".utf8, at: start).map(Self.text) == ["q"])
  }

  @Test func countsClicks() {
    var decoder = InputDecoder()
    func mouse(_ bytes: String, after milliseconds: Int) -> [MouseEvent] {
      decoder.feed(bytes.utf8, at: start + .milliseconds(milliseconds)).compactMap {
        if case .event(.mouse(let event)) = $0 { event } else { nil }
      }
    }
    let click = "\u{1B}[<0;5;3M\u{1B}[<0;5;3m"
    #expect(
      mouse(click, after: 0) == [MouseEvent(.press, x: 4, y: 2), MouseEvent(.release, x: 4, y: 2)])
    #expect(mouse(click, after: 300).map(\.kind) == [.doublePress, .release])
    #expect(mouse(click, after: 400).map(\.kind) == [.press, .release])
    #expect(mouse(click, after: 900).map(\.kind) == [.press, .release])
    #expect(
      mouse("\u{1B}[<32;6;3M\u{1B}[<64;1;1M\u{1B}[<65;1;1M\u{1B}[<4;9;9M", after: 1000).map(\.kind)
        == [.drag, .scrollUp, .scrollDown, .press])
    // Other buttons mean nothing here.
    #expect(mouse("\u{1B}[<2;6;3M\u{1B}[<35;6;3M\u{1B}[<0;0;0M", after: 1100).isEmpty)
  }

  @Test func knowsFocus() {
    var decoder = InputDecoder()
    #expect(
      decoder.feed("\u{1B}[I\u{1B}[O".utf8, at: start)
        == [.event(.focused(true)), .event(.focused(false))])
  }

  /// However late they come and in whatever pieces, answers are no keys.
  @Test func setsAnswersApart() {
    let answers =
      "\u{1B}[?63;1;2;4c\u{1B}[?1;0;1024S\u{1B}[6;13;6t\u{1B}[4;520;600t\u{1B}[?2026;2$y\u{1B}[0n"
      + "\u{1B}P>|XTerm(379)\u{1B}\\\u{1B}_Gi=31;OK\u{1B}\\\u{1B}]11;rgb:ffff/8080/0000\u{1B}\\"
      + "\u{1B}]11;rgb:00/00/00\u{7}\u{1B}[>41;379;0c\u{1B}[5;1R\u{1B}P1$r0m\u{1B}\\"
    let want: [TerminalReply] = [
      .deviceAttributes([63, 1, 2, 4]), .graphics(item: 1, status: 0, values: [1024]),
      .cellSize(width: 6, height: 13), .textArea(width: 600, height: 520),
      .mode(2026, value: 2), .ready, .name("XTerm(379)"), .kitty(isOK: true),
      .background(red: 1, green: Double(0x8080) / 65535, blue: 0),
      .background(red: 0, green: 0, blue: 0),
    ]
    // DA2 and DECRQSS were not asked for; of CSI 5;1 R nobody can say that it is no F3.
    for size in [1, 2, 7, 1000] {
      var decoder = InputDecoder()
      let bytes = Array(answers.utf8)
      var items: [InputDecoder.Item] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        items += decoder.feed(bytes[start..<min(start + size, bytes.count)], at: self.start)
      }
      let replies = items.compactMap { if case .reply(let reply) = $0 { reply } else { nil } }
      #expect(replies == want)
      #expect(items.count - replies.count == 1)
    }
  }

  @Test func waitsLongerForTheRestOfAnAnswer() {
    var decoder = InputDecoder()
    #expect(decoder.feed("\u{1B}P>|XTe".utf8, at: start).isEmpty)
    #expect(decoder.expire(at: start + .milliseconds(400)).isEmpty)
    #expect(
      decoder.feed("rm(3)\u{1B}\\".utf8, at: start + .milliseconds(400)) == [
        .reply(.name("XTerm(3)"))
      ])
    // What never ends is dropped, and nothing of it is typed.
    #expect(decoder.feed("\u{1B}[?63;1".utf8, at: start).isEmpty)
    #expect(decoder.expire(at: start + .milliseconds(500)).isEmpty)
    #expect(decoder.feed("k".utf8, at: start).map(Self.text) == ["k"])
  }

  @Test func survivesNoise() {
    var generator = SystemRandomNumberGenerator()
    var decoder = InputDecoder()
    var now = start
    for _ in 0..<2000 {
      let bytes = (0..<Int.random(in: 1...40, using: &generator)).map { _ in
        Bool.random(using: &generator)
          ? UInt8.random(in: 0...255, using: &generator)
          : Array("\u{1B}[<>?;0123456789~MmuOPtn".utf8).randomElement(using: &generator) ?? 0
      }
      _ = decoder.feed(bytes, at: now)
      now += .milliseconds(Int.random(in: 0...700, using: &generator))
      _ = decoder.expire(at: now)
    }
    _ = decoder.expire(at: now + .seconds(5))
    _ = decoder.feed("\u{1B}[201~".utf8, at: now + .seconds(5))
    #expect(decoder.feed("k".utf8, at: now + .seconds(6)).map(Self.text).last == "k")
  }

  private static func text(_ item: InputDecoder.Item) -> String {
    if case .event(.key(let key)) = item { key.description } else { "\(item)" }
  }
}
