import Foundation
import Tensors
import Testing

@testable import Terminal

/// One screen a process, so one test at a time.
@Suite(.serialized) struct ScreenTests {
  private let environment = ["TERM": "xterm-256color", "COLORTERM": "truecolor"]
  private let area = Rect(x: 30, y: 2, width: 40, height: 16)

  private func open(_ terminal: FakeTerminal, graphics: GraphicsChoice = .auto) throws -> Screen {
    try Screen(
      options: ScreenOptions(
        graphics: graphics, environment: environment, device: terminal.device))
  }

  /// Lets a screen work, as a program's loop does, until something is so.
  private func loop(
    _ screen: Screen, limit: Duration = .seconds(5), until isSo: ([InputEvent]) -> Bool
  ) -> [InputEvent] {
    let deadline = ContinuousClock.now + limit
    var events: [InputEvent] = []
    repeat {
      var entry = pollfd(fd: screen.inputDescriptors[0], events: Int16(POLLIN), revents: 0)
      let rest =
        min(screen.nextDeadline ?? deadline, ContinuousClock.now + .milliseconds(20)) - .now
      poll(&entry, 1, Int32(max(0, rest / .milliseconds(1))))
      events += screen.read()
    } while !isSo(events) && ContinuousClock.now < deadline
    return events
  }

  /// Lets a screen work until a text has arrived at the terminal.
  private func arrives(_ text: String, at terminal: FakeTerminal, from screen: Screen) -> Bool {
    _ = loop(screen) { _ in terminal.received.contains(text) }
    return terminal.received.contains(text)
  }

  private func settle(_ screen: Screen, _ duration: Duration = .milliseconds(100)) {
    _ = loop(screen, limit: duration) { _ in false }
  }

  private func surface(
    image id: UInt64? = nil, text: String = "hello", side: Int = 64, columns: Int = 80,
    rows: Int = 24
  ) -> Surface {
    var surface = Surface(width: columns, height: rows)
    surface.write(text, x: 1, y: 1)
    guard let id else { return surface }
    surface.fill(area, role: .image)
    // Noise, so that it does not get small.
    var state = id &* 0x9E37_79B9_7F4A_7C15 | 1
    let bytes = (0..<(side * side * 3)).map { _ in
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return UInt8(truncatingIfNeeded: state)
    }
    let pixels = PixelImage(width: side, height: side, bytes: bytes)
    surface.images = [
      ImagePlacement(
        area: area, image: ScreenImage(id: id, pixels: pixels), isPassing: true)
    ]
    return surface
  }

  @Test func drawsAndGivesTheTerminalBack() throws {
    let terminal = try FakeTerminal()
    let before = terminal.modes
    let screen = try open(terminal)
    #expect(terminal.modes != before)
    screen.draw(surface(), theme: .plain)
    #expect(terminal.wait { terminal.received.contains("hello") })
    // The text was there before anything was known about the terminal.
    #expect(terminal.received.contains("\u{1B}[?1049h"))
    _ = loop(screen) { _ in screen.capabilities.graphics != .halfBlocks(.trueColor) }
    #expect(
      screen.capabilities.graphics
        == .sixel(registers: 256, largestWidth: 1000, largestHeight: 1000))
    screen.close()
    screen.close()
    #expect(terminal.modes == before)
    #expect(terminal.wait { terminal.received.contains("\u{1B}[?1049l") })
    for mode in ["2004", "1004", "1006"] { #expect(terminal.received.contains("\u{1B}[?\(mode)l")) }
  }

  /// Whatever was asked before the end: no answer is left for the shell to read.
  @Test func leavesNoAnswerBehind() throws {
    let terminal = try FakeTerminal(FakeTerminal.Manners(thinks: .milliseconds(60)))
    let screen = try open(terminal)
    screen.draw(surface(image: 1), theme: .plain)
    _ = loop(screen) { _ in screen.traffic.sent == 1 }
    #expect(screen.traffic.sent == 1)
    screen.close()
    usleep(200_000)
    #expect(terminal.unread == [])

    // The same for the first questions, if it ends before they are answered.
    let hasty = try open(terminal)
    hasty.close()
    usleep(200_000)
    #expect(terminal.unread == [])
  }

  /// Rows that move are written anew: pictures would move with rows that the terminal shifts.
  @Test func neverScrolls() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    func lines(from first: Int) -> Surface {
      var surface = Surface(width: 80, height: 24)
      for y in 0..<24 { surface.write("line \(first + y) of many", x: 0, y: y) }
      return surface
    }
    screen.draw(lines(from: 0), theme: .plain)
    #expect(arrives("line 23 of many", at: terminal, from: screen))
    let before = terminal.received
    for first in [5, 9, 2, 12] { screen.draw(lines(from: first), theme: .plain) }
    #expect(arrives("35 of many", at: terminal, from: screen))
    let after = terminal.received.dropFirst(before.count)
    // DECSTBM, SU and SD, index and reverse index, insert and delete line.
    for scroll in [#"\[[0-9;]*r"#, #"\[[0-9]*[ST]"#, #"\[[0-9]*[LM]"#, #"[DM]"#] {
      let pattern = try Regex("\u{1B}" + scroll)
      #expect(!after.contains(pattern), "\(scroll)")
    }
  }

  @Test func sendsDifferencesOnly() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    screen.draw(surface(), theme: .plain)
    settle(screen)
    terminal.forget()
    screen.draw(surface(), theme: .plain)
    settle(screen)
    #expect(terminal.received.isEmpty)
    screen.draw(surface(text: "hexlo"), theme: .plain)
    #expect(arrives("x", at: terminal, from: screen))
    #expect(!terminal.received.contains("h"))
    terminal.forget()
    screen.redraw()
    #expect(arrives("hexlo", at: terminal, from: screen))
  }

  @Test func readsKeysAndNoAnswers() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    terminal.type("a\u{1B}[1;5A\u{1B}[200~p\rq\u{1B}[201~\u{1B}[?1;2c\u{1B}[0n\u{1B}")
    let events = loop(screen) { $0.count == 4 }
    #expect(
      events == [
        .key(KeyPress(.character("a"))), .key(KeyPress(.up, .control)), .paste("p\nq"),
        .key(KeyPress(.escape)),
      ])
  }

  @Test func goesByTheEnvironmentIfNothingIsAnswered() throws {
    let terminal = try FakeTerminal(FakeTerminal.Manners(attributes: nil, answersFences: false))
    let screen = try open(terminal)
    defer { screen.close() }
    screen.draw(surface(image: 1), theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    #expect(screen.capabilities.graphics == .halfBlocks(.trueColor))
    // 32 pixels high in 16 rows, in the middle of 40 columns.
    #expect(screen.wall[area]?.cells == Rect(x: 34, y: 2, width: 32, height: 16))
    #expect(arrives("\u{1B}[18;35H", at: terminal, from: screen))
    // A very late answer is none of the user's keys.
    terminal.type("\u{1B}[?62;4c")
    let events = loop(screen) { _ in screen.capabilities.graphics != .halfBlocks(.trueColor) }
    #expect(events.isEmpty)
  }

  @Test func takesPicturesAwayUnderPopups() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    let whole = surface(image: 1)
    screen.draw(whole, theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    // 64 pixels, five times as large: 32 columns and 16 rows of 10x20.
    let cells = Rect(x: 34, y: 2, width: 32, height: 16)
    #expect(screen.wall[area]?.cells == cells)
    #expect(arrives("\u{1B}7\u{1B}[0;49m\u{1B}[3;35H\u{1B}P", at: terminal, from: screen))
    _ = loop(screen) { _ in screen.traffic.bytesPerSecond != nil }
    terminal.forget()
    var popup = whole
    popup.write("popup", x: 32, y: 5, role: .popup)
    screen.draw(popup, theme: .plain)
    #expect(screen.wall[area] == nil)
    // All its cells, not only those of the popup.
    for row in 3..<19 {
      #expect(
        arrives(
          "\u{1B}[\(row);35H" + String(repeating: " ", count: 32), at: terminal, from: screen))
    }
    terminal.forget()
    screen.draw(whole, theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    #expect(arrives("\u{1B}[3;35H\u{1B}P", at: terminal, from: screen))
  }

  @Test func drawsPicturesAgainAfterAResize() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    screen.draw(surface(image: 1), theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    terminal.resize(columns: 100, rows: 30)
    terminal.forget()
    kill(getpid(), SIGWINCH)
    let events = loop(screen) { !$0.isEmpty }
    #expect(events == [.resized(columns: 100, rows: 30)])
    #expect(screen.wall.standing.isEmpty)
    // What was drawn for the old size does not fit.
    settle(screen)
    #expect(!terminal.received.contains("hello"))
    screen.draw(surface(image: 1, columns: 100, rows: 30), theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    #expect(arrives("\u{1B}P", at: terminal, from: screen))
    #expect(terminal.received.contains("hello"))
  }

  @Test func deletesPicturesByNameInKitty() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal, graphics: .kitty)
    screen.draw(surface(image: 1), theme: .plain)
    _ = loop(screen) { _ in screen.wall[area] != nil }
    let id = try #require(screen.wall[area]?.picture.id)
    #expect(arrives("i=\(id),c=32,r=16,C=1", at: terminal, from: screen))
    screen.draw(surface(), theme: .plain)
    #expect(arrives("\u{1B}_Ga=d,d=I,i=\(id),q=2\u{1B}\\", at: terminal, from: screen))
    screen.close()
  }

  /// At 200 KB/s the newest preview wins, nothing piles up, and keys are read at once.
  @Test func keepsUpOnASlowLine() throws {
    let terminal = try FakeTerminal(FakeTerminal.Manners(bytesPerSecond: 200_000))
    let screen = try open(terminal)
    defer { screen.close() }
    settle(screen, .milliseconds(200))
    var slowest = Duration.zero
    for id in 1...60 {
      screen.draw(surface(image: UInt64(id), text: "step \(id)"), theme: .plain)
      let start = ContinuousClock.now
      terminal.type("k")
      let events = loop(screen) { $0.contains(.key(KeyPress(.character("k")))) }
      #expect(!events.isEmpty)
      slowest = max(slowest, ContinuousClock.now - start)
      settle(screen, .milliseconds(25))
    }
    // A busy machine is given room; a queue of pictures would take seconds.
    #expect(slowest < .milliseconds(500))
    let end = ContinuousClock.now
    _ = loop(screen) { _ in screen.wall[area]?.imageID == 60 }
    #expect(screen.wall[area]?.imageID == 60)
    #expect(ContinuousClock.now - end < .seconds(2))
    #expect(screen.traffic.sent < 50)
    let rate = try #require(screen.traffic.bytesPerSecond)
    #expect(rate < 300_000)
    #expect(arrives("60", at: terminal, from: screen))
  }

  @Test func tellsOfSignals() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    #expect(screen.stopRequest == nil)
    kill(getpid(), SIGTERM)
    _ = loop(screen) { _ in screen.stopRequest != nil }
    #expect(screen.stopRequest == .signal(SIGTERM))
  }

  @Test func reportsWhatIsKnown() throws {
    let terminal = try FakeTerminal()
    let screen = try open(terminal)
    defer { screen.close() }
    _ = loop(screen) { _ in screen.capabilities.graphics != .halfBlocks(.trueColor) }
    let report = screen.report.joined(separator: "\n")
    for fact in ["80x24 cells", "TERM=xterm-256color", "(DA1): 62;4;22", "10x20", "sixel"] {
      #expect(report.contains(fact), "\(fact)")
    }
  }

  @Test func refusesWhatIsNoTerminal() {
    #expect(throws: TerminalError.noTerminal) {
      try Screen(options: ScreenOptions(environment: environment, device: "/dev/null"))
    }
    #expect(throws: TerminalError.noTerminal) {
      try Screen(options: ScreenOptions(environment: environment, device: "/dev/none"))
    }
  }

  @Test func refusesUnknownTerminals() throws {
    let terminal = try FakeTerminal()
    let before = terminal.modes
    let error = #expect(throws: TerminalError.self) {
      try Screen(
        options: ScreenOptions(environment: ["TERM": "no-such"], device: terminal.device))
    }
    #expect(error?.description.contains("no-such") == true)
    #expect(terminal.modes == before)
    try open(terminal).close()
  }

  @Test func givesTheTerminalBackAfterACrash() async throws {
    let terminal = try FakeTerminal()
    let before = terminal.modes
    let device = terminal.device
    await #expect(processExitsWith: .signal(SIGABRT)) { [device = device as String] in
      let environment = ["TERM": "xterm-256color"]
      let screen = try Screen(options: ScreenOptions(environment: environment, device: device))
      screen.draw(Surface(width: 80, height: 24), theme: .plain)
      abort()
    }
    #expect(terminal.modes == before)
    #expect(terminal.wait { terminal.received.contains("\u{1B}[?1049l") })
    #expect(terminal.received.contains("\u{1B}[?2004l"))
  }

  @Test func givesTheTerminalBackAfterAnExit() async throws {
    let terminal = try FakeTerminal()
    let before = terminal.modes
    let device = terminal.device
    await #expect(processExitsWith: .exitCode(3)) { [device = device as String] in
      let environment = ["TERM": "xterm-256color"]
      let screen = try Screen(options: ScreenOptions(environment: environment, device: device))
      withExtendedLifetime(screen) { exit(3) }
    }
    #expect(terminal.modes == before)
    #expect(terminal.wait { terminal.received.contains("\u{1B}[?1049l") })
  }
}
