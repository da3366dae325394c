import Terminal
import Testing

@Suite struct TerminalReplyTests {
  /// What xterm 379 and kitty send, with a key pressed in between.
  private let stream =
    "\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[6;13;6tq\u{1B}[?1;0;1024S\u{1B}[?2;0;1000;800S\u{1B}[?1;3S"
    + "\u{1B}[?63;1;2;4;6;9;15;16;22;28c"

  private let replies: [TerminalReply] = [
    .kitty(isOK: true), .cellSize(width: 6, height: 13), .typed([UInt8(ascii: "q")]),
    .graphics(item: 1, status: 0, values: [1024]),
    .graphics(item: 2, status: 0, values: [1000, 800]), .graphics(item: 1, status: 3, values: []),
    .deviceAttributes([63, 1, 2, 4, 6, 9, 15, 16, 22, 28]),
  ]

  @Test func cutsAStreamIntoReplies() {
    var parser = TerminalReplyParser()
    #expect(parser.feed(Array(stream.utf8)) == replies)
    #expect(parser.finish().isEmpty)
  }

  @Test func doesSoByteByByte() {
    var parser = TerminalReplyParser()
    #expect(stream.utf8.flatMap { parser.feed([$0]) } == replies)
  }

  @Test(arguments: [
    "\u{1B}[A", "\u{1B}[1;5C", "\u{1B}x", "\u{1B}[6;13t", "\u{1B}[?S",
    "\u{1B}[?1;99999999999999999999S",
  ])
  func takesAnythingElseForKeys(keys: String) {
    var parser = TerminalReplyParser()
    #expect(parser.feed(Array(keys.utf8)) == [.typed(Array(keys.utf8))])
  }

  /// A background colour has hexadecimal digits alone.
  @Test(arguments: ["-1/0/0", "+f/0/0", "fffff/0/0", "/0/0", "0/0"])
  func knowsNoOtherColours(channels: String) {
    var parser = TerminalReplyParser()
    let replies = parser.feed(Array("\u{1B}]11;rgb:\(channels)\u{1B}\\".utf8))
    #expect(
      !replies.contains {
        if case .background = $0 { true } else { false }
      })
  }

  @Test func givesTheEscapeKeyBackAtTheEnd() {
    var parser = TerminalReplyParser()
    #expect(parser.feed([0x1B]).isEmpty)
    #expect(parser.finish() == [.typed([0x1B])])
  }

  /// A string that never ends must not be collected for ever.
  @Test func givesUpOnEndlessStrings() {
    var parser = TerminalReplyParser()
    let replies = parser.feed([0x1B, UInt8(ascii: "P")] + [UInt8](repeating: 65, count: 5000))
    #expect(replies.count > 3000)
  }
}
