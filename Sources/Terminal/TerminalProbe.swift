import Foundation

/// What a terminal answered to our questions.
public struct TerminalAnswers: Sendable, Equatable {
  public var hasKitty = false
  public var hasSixel = false
  /// Colour registers for sixel, already raised as far as is useful.
  public var registers: Int?
  /// The largest sixel picture in pixels.
  public var largestWidth: Int?
  public var largestHeight: Int?
  /// Pixels of a character cell.
  public var cellWidth: Int?
  public var cellHeight: Int?
  /// Whether the last question was answered; otherwise some answers may still be on their way.
  public var isComplete = false
  /// Keys that were pressed meanwhile.
  public var typed: [UInt8] = []

  public init() {}
}

/// Asks a terminal what it can do.
///
/// Every batch of questions ends with DA1, which all terminals answer, so a terminal that knows
/// nothing else is found out quickly and only a silent one costs the whole limit.
public struct TerminalProbe {
  private static let kitty = "\u{1B}_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\u{1B}\\"
  private static let cellSize = "\u{1B}[16t"
  private static let fence = "\u{1B}[c"
  private static let registers = "\u{1B}[?1;1;0S"
  private static let mostRegisters = "\u{1B}[?1;4;0S"
  private static let largestPicture = "\u{1B}[?2;4;0S"
  /// More than sixel pictures of 256 colours need is of no use.
  private static let usefulRegisters = 256
  /// Once a terminal has begun to answer it is alive, and worth waiting for.
  private static let patience = Duration.seconds(1)
  /// Nobody's answers are that long.
  private static let mostBytes = 16384

  private let terminal: Int32
  private var parser = TerminalReplyParser()
  private var answers = TerminalAnswers()
  private var reports: [(item: Int, values: [Int]?)] = []
  private var fences = 0
  private var bytesRead = 0

  private init(terminal: Int32) { self.terminal = terminal }

  /// Asks on an open terminal and leaves its modes as they were.
  ///
  /// - Parameters:
  ///   - terminal: Open for reading and writing.
  ///   - limit: How long to wait for the first answer.
  /// - Returns: `nil` if nothing was asked: the process is in the background, or keys are waiting
  ///   that are meant for somebody else.
  public static func ask(_ terminal: Int32, limit: Duration = .milliseconds(200))
    -> TerminalAnswers?
  {
    // Changing the modes from the background would stop the whole process.
    let foreground = tcgetpgrp(terminal)
    guard foreground < 0 || foreground == getpgrp() else { return nil }
    let answers = RawMode.with(terminal) { () -> (TerminalAnswers?, Bool) in
      var probe = TerminalProbe(terminal: terminal)
      guard !probe.hasInput(within: .zero) else { return (nil, false) }
      probe.run(limit: limit)
      return (probe.answers, !probe.answers.isComplete)
    }
    guard let answers, let answers else { return nil }
    // In raw mode Ctrl-C is a byte; its sender wants more.
    if answers.typed.contains(3) { kill(getpid(), SIGINT) }
    return answers
  }

  private mutating func run(limit: Duration) {
    ask([Self.kitty, Self.cellSize], limit: limit)
    if answers.isComplete, answers.hasSixel {
      // Terminals without sixel are spared these: some take them for "scroll up".
      ask([Self.registers, Self.mostRegisters, Self.largestPicture], limit: limit)
      readSixelLimits(limit: limit)
    }
    for case .typed(let bytes) in parser.finish() { answers.typed += bytes }
  }

  /// Understands the answers to the three questions, which come in the order of the questions.
  private mutating func readSixelLimits(limit: Duration) {
    let counts = reports.filter { $0.item == 1 }.map { $0.values?.first }
    if let area = reports.first(where: { $0.item == 2 })?.values, area.count == 2 {
      (answers.largestWidth, answers.largestHeight) = (area[0], area[1])
    }
    guard counts.count == 2, let current = counts[0] else { return }
    answers.registers = current
    guard current < Self.usefulRegisters, let most = counts[1], most > current else { return }
    ask(["\u{1B}[?1;3;\(min(most, Self.usefulRegisters))S"], limit: limit)
    if let raised = reports.last(where: { $0.item == 1 })?.values?.first {
      answers.registers = raised
    }
  }

  /// Sends questions and a fence, and reads until the fence is answered or time is up.
  private mutating func ask(_ questions: [String], limit: Duration) {
    answers.isComplete = false
    let wanted = fences + 1
    guard write(Array((questions + [Self.fence]).joined().utf8), to: terminal) == 0 else { return }
    let start = ContinuousClock.now
    var deadline = start + limit
    var chunk = [UInt8](repeating: 0, count: 512)
    while fences < wanted, bytesRead < Self.mostBytes {
      let rest = deadline - .now
      guard rest > .zero, hasInput(within: rest) else { return }
      let count = read(terminal, &chunk, chunk.count)
      guard count > 0 else { return }
      bytesRead += count
      for reply in parser.feed(chunk[..<count]) { note(reply) }
      deadline = start + max(limit, Self.patience)
    }
    answers.isComplete = fences >= wanted
  }

  private mutating func note(_ reply: TerminalReply) {
    switch reply {
    case .deviceAttributes(let attributes):
      fences += 1
      // The first number is the terminal's class and not an ability.
      if attributes.dropFirst().contains(4) { answers.hasSixel = true }
    case .graphics(let item, let status, let values):
      reports.append((item, status == 0 ? values : nil))
    case .cellSize(let width, let height):
      (answers.cellWidth, answers.cellHeight) = (width, height)
    case .kitty(let isOK):
      answers.hasKitty = isOK
    case .typed(let bytes):
      answers.typed += bytes
    }
  }

  private func hasInput(within limit: Duration) -> Bool {
    var entry = pollfd(fd: terminal, events: Int16(POLLIN), revents: 0)
    let milliseconds = Int32(clamping: Int(limit / .milliseconds(1)) + (limit > .zero ? 1 : 0))
    return poll(&entry, 1, milliseconds) > 0
  }
}

/// Writes everything, however slow the terminal is.
///
/// - Returns: 0, or the `errno` of the write that failed.
func write(_ bytes: [UInt8], to terminal: Int32) -> Int32 {
  bytes.withUnsafeBytes { raw in
    var rest = raw[...]
    while !rest.isEmpty {
      let slice = UnsafeRawBufferPointer(rebasing: rest)
      let count = Foundation.write(terminal, slice.baseAddress, slice.count)
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        var entry = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
        poll(&entry, 1, 1000)
        continue
      }
      guard count > 0 else { return count == 0 ? EIO : errno }
      rest = rest.dropFirst(count)
    }
    return 0
  }
}
