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
  /// Pixels of all cells together.
  public var textWidth: Int?
  public var textHeight: Int?
  /// The terminal's own name and version.
  public var name: String?
  /// Whether it holds its output back while told to (mode 2026).
  public var isSynchronized = false
  /// How light the background is, 0 black to 1 white.
  public var backgroundLight: Double?
  /// The background itself.
  public var backgroundColor: ThemeColor?
  /// Whether the last question was answered; otherwise some answers may still be on their way.
  public var isComplete = false
  /// Keys that were pressed meanwhile.
  public var typed: [UInt8] = []

  public init() {}
}

/// Asks a terminal what it can do and waits for the answers.
///
/// Only a terminal that is silent altogether costs the whole limit.
public struct TerminalProbe {
  /// Once a terminal has begun to answer it is alive, and worth waiting for.
  private static let patience = Duration.seconds(1)
  /// Nobody's answers are that long.
  private static let mostBytes = 16384

  private let terminal: Int32
  private var parser = TerminalReplyParser()
  private var conversation = ProbeConversation()
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
      let answers = probe.conversation.answers
      return (answers, !answers.isComplete)
    }
    guard let answers, let answers else { return nil }
    // In raw mode Ctrl-C is a byte; its sender wants more.
    if answers.typed.contains(3) { kill(getpid(), SIGINT) }
    return answers
  }

  /// Sends questions and reads until all are answered or time is up.
  private mutating func run(limit: Duration) {
    var questions = conversation.begin(isFullScreen: false)
    var deadline = ContinuousClock.now
    var chunk = [UInt8](repeating: 0, count: 512)
    while conversation.isWaiting, bytesRead < Self.mostBytes {
      if !questions.isEmpty {
        guard write(questions, to: terminal) == 0 else { break }
        let patience = bytesRead > 0 ? max(limit, Self.patience) : limit
        deadline = .now + patience
        questions = []
      }
      let rest = deadline - .now
      guard rest > .zero, hasInput(within: rest) else { break }
      let count = read(terminal, &chunk, chunk.count)
      guard count > 0 else { break }
      if bytesRead == 0 { deadline += max(.zero, Self.patience - limit) }
      bytesRead += count
      for reply in parser.feed(chunk[..<count]) { questions += conversation.note(reply) }
    }
    for reply in parser.finish() { _ = conversation.note(reply) }
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
