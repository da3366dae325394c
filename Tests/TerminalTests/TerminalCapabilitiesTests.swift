import Terminal
import Testing

@Suite struct TerminalCapabilitiesTests {
  private let window = WindowSize(columns: 100, rows: 40, width: 604, height: 524)

  @Test(arguments: [
    (["TERM": "xterm", "COLORTERM": "truecolor"], GraphicsProtocol.halfBlocks(.trueColor)),
    (["TERM": "xterm-direct"], .halfBlocks(.trueColor)),
    (["TERM": "xterm-256color", "LANG": "de_DE.UTF-8"], .halfBlocks(.palette256)),
    (["TERM": "tmux-256color", "TMUX": "/tmp/tmux", "LC_ALL": ""], .halfBlocks(.palette256)),
    (["TERM": "xterm", "COLORTERM": "truecolor", "NO_COLOR": "1"], .shades),
    (["TERM": "xterm", "NO_COLOR": ""], .halfBlocks(.palette256)),
    (["TERM": "xterm", "LANG": "en_US.ISO-8859-1"], nil),
    (["TERM": "dumb", "COLORTERM": "truecolor"], nil),
    ([:], nil),
  ])
  func fallsBackToText(environment: [String: String], graphics: GraphicsProtocol?) {
    for answers in [nil, TerminalAnswers()] {
      let terminal = TerminalCapabilities(
        environment: environment, window: window, answers: answers)
      #expect(terminal.graphics == graphics)
    }
  }

  @Test func prefersPixels() {
    var answers = TerminalAnswers()
    answers.hasSixel = true
    let environment = ["TERM": "xterm", "NO_COLOR": "1", "LANG": "C.ISO-8859-1"]
    #expect(
      TerminalCapabilities(environment: environment, window: window, answers: answers).graphics
        == .sixel(registers: 256, largestWidth: 1000, largestHeight: 1000))
    answers.registers = 16
    (answers.largestWidth, answers.largestHeight) = (600, 520)
    #expect(
      TerminalCapabilities(environment: environment, window: window, answers: answers).graphics
        == .sixel(registers: 16, largestWidth: 600, largestHeight: 520))
    answers.hasKitty = true
    #expect(
      TerminalCapabilities(environment: environment, window: window, answers: answers).graphics
        == .kitty)
  }

  /// The terminal's own answer, then the kernel's pixels by cells, then 8x16; absurd ones are passed by.
  @Test(arguments: [
    (9, 18, 604, 524, 9, 18), (0, 0, 604, 524, 6, 13), (9, 180, 604, 524, 6, 13),
    (0, 0, 0, 524, 8, 16), (0, 0, 65535, 3, 8, 16), (200, 100, 0, 0, 8, 16),
  ])
  func findsTheCellSize(
    answeredWidth: Int, answeredHeight: Int, windowWidth: Int, windowHeight: Int, width: Int,
    height: Int
  ) {
    var answers = TerminalAnswers()
    (answers.cellWidth, answers.cellHeight) = (answeredWidth, answeredHeight)
    let terminal = TerminalCapabilities(
      environment: ["TERM": "xterm"],
      window: WindowSize(columns: 100, rows: 40, width: windowWidth, height: windowHeight),
      answers: answers)
    #expect(terminal.cellWidth == width && terminal.cellHeight == height)
  }

  @Test func assumesAWindowWhereNoneIsKnown() {
    let terminal = TerminalCapabilities(
      environment: ["TERM": "xterm"], window: WindowSize(columns: 0, rows: 0), answers: nil)
    #expect(terminal.columns == 80 && terminal.rows == 24)
  }
}
