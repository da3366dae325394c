import Foundation
import Synchronization
import Terminal
import Testing

@Suite struct TerminalProbeTests {
  /// The answers of xterm 379 with `decGraphicsID: vt340`, whose 16 registers can be raised.
  @Test func asksXterm() throws {
    let terminal = try PseudoTerminal(answers: [
      "\u{1B}[?64;1;2;4;6;9c",
      "\u{1B}[?1;0;16S\u{1B}[?1;0;1024S\u{1B}[?2;0;1000;1000S\u{1B}[?64;1;2;4;6;9c",
      "\u{1B}[?1;0;256S\u{1B}[?64;1;2;4;6;9c",
    ])
    var want = TerminalAnswers()
    want.hasSixel = true
    want.registers = 256
    (want.largestWidth, want.largestHeight) = (1000, 1000)
    want.isComplete = true
    #expect(TerminalProbe.ask(terminal.descriptor, limit: .seconds(5)) == want)
    #expect(terminal.questions.contains("\u{1B}[?1;3;256S"))
    #expect(terminal.isUnchanged && !terminal.hasInput)
  }

  @Test func asksKitty() throws {
    let terminal = try PseudoTerminal(answers: [
      "\u{1B}_Gi=31;OK\u{1B}\\\u{1B}[6;20;10t\u{1B}[?62;c"
    ])
    var want = TerminalAnswers()
    want.hasKitty = true
    (want.cellWidth, want.cellHeight) = (10, 20)
    want.isComplete = true
    #expect(TerminalProbe.ask(terminal.descriptor, limit: .seconds(5)) == want)
    // What could scroll a terminal without sixel is not sent to it.
    #expect(!terminal.questions.contains("S"))
    #expect(terminal.isUnchanged && !terminal.hasInput)
  }

  @Test func returnsFromASilentTerminal() throws {
    let terminal = try PseudoTerminal(answers: [])
    let start = ContinuousClock.now
    #expect(TerminalProbe.ask(terminal.descriptor, limit: .milliseconds(50)) == TerminalAnswers())
    #expect(ContinuousClock.now - start < .seconds(10))
    #expect(terminal.isUnchanged && !terminal.hasInput)
  }

  /// Half an answer: the fence never comes, so what came is thrown away and nothing is left.
  @Test func leavesNothingOfAnIncompleteAnswer() throws {
    let terminal = try PseudoTerminal(answers: ["\u{1B}[6;20;10t\u{1B}[?6"])
    let answers = try #require(TerminalProbe.ask(terminal.descriptor, limit: .milliseconds(50)))
    #expect(!answers.isComplete && answers.cellWidth == 10)
    #expect(terminal.isUnchanged && !terminal.hasInput)
  }

  @Test func keepsKeysApart() throws {
    let terminal = try PseudoTerminal(answers: ["ls\u{1B}[A\u{1B}[?1;2c"])
    #expect(
      TerminalProbe.ask(terminal.descriptor, limit: .seconds(5))?.typed == Array("ls\u{1B}[A".utf8))
  }

  /// Who types ahead means the shell and not us.
  @Test func doesNotTakeWhatWasTypedBefore() throws {
    let terminal = try PseudoTerminal(answers: ["\u{1B}[?1;2c"])
    terminal.type("make test\n")
    #expect(TerminalProbe.ask(terminal.descriptor) == nil)
    #expect(terminal.isUnchanged && terminal.hasInput)
    // There may be an echo, but nothing with an escape.
    #expect(!terminal.questions.contains("\u{1B}"))
  }

  @Test func detectsByAnyDescriptorOfTheTerminal() throws {
    let terminal = try PseudoTerminal(answers: ["\u{1B}[6;20;10t\u{1B}[?62;4c", "\u{1B}[?62;4c"])
    let found = TerminalCapabilities.detect(
      output: terminal.descriptor, environment: ["TERM": "foot", "SSH_TTY": "/dev/pts/1"])
    #expect(found?.graphics == .sixel(registers: 256, largestWidth: 1000, largestHeight: 1000))
    #expect(found?.columns == 80 && found?.rows == 24 && found?.cellHeight == 20)
    #expect(terminal.isUnchanged && !terminal.hasInput)
  }

  @Test(arguments: [["TERM": "linux"], ["TERM": "dumb"], ["TERM": "screen", "STY": "1.pts"], [:]])
  func spareTerminalsThatPrintQuestions(environment: [String: String]) throws {
    let terminal = try PseudoTerminal(answers: [])
    let found = TerminalCapabilities.detect(output: terminal.descriptor, environment: environment)
    #expect(found != nil)
    #expect(terminal.questions.isEmpty)
  }

  @Test func findsNoTerminalBehindAFile() throws {
    let file = open("/dev/null", O_RDWR)
    defer { close(file) }
    #expect(TerminalCapabilities.detect(output: file, environment: ["TERM": "xterm"]) == nil)
  }
}

/// A terminal of 80x24 cells that gives the next answer whenever it reads DA1.
private final class PseudoTerminal: Sendable {
  /// The end that programs use.
  let descriptor: Int32
  private let screen: Int32
  private let before: [UInt8]
  private let received = Mutex<[UInt8]>([])

  init(answers: [String]) throws {
    var (screen, descriptor): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&screen, &descriptor, nil, nil, &size) == 0)
    (self.screen, self.descriptor) = (screen, descriptor)
    before = Self.modes(of: descriptor)
    Thread.detachNewThread { [self] in answer(answers[...]) }
  }

  var questions: String { received.withLock { String(decoding: $0, as: UTF8.self) } }
  var isUnchanged: Bool { Self.modes(of: descriptor) == before }

  var hasInput: Bool {
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 20) > 0
  }

  /// Returns when the keys have reached the program's end.
  func type(_ text: String) {
    _ = text.withCString { write(screen, $0, strlen($0)) }
    while !hasInput {}
  }

  /// Runs until the program's end is closed by the end of the test process.
  private func answer(_ answers: ArraySlice<String>) {
    var answers = answers
    var chunk = [UInt8](repeating: 0, count: 512)
    var unanswered = ""
    while true {
      let count = read(screen, &chunk, chunk.count)
      guard count > 0 else { return }
      // Answers are not echoed in raw mode, so everything here was written by the program.
      received.withLock { $0 += chunk[..<count] }
      unanswered += String(decoding: chunk[..<count], as: UTF8.self)
      while let fence = unanswered.range(of: "\u{1B}[c") {
        unanswered.removeSubrange(..<fence.upperBound)
        guard let answer = answers.popFirst() else { continue }
        _ = answer.withCString { write(screen, $0, strlen($0)) }
      }
    }
  }

  /// Flags and speeds, in bytes.
  private static func modes(of descriptor: Int32) -> [UInt8] {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag].flatMap {
      withUnsafeBytes(of: $0) { Array($0) }
    }
  }
}
