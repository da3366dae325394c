import Foundation
import Synchronization
import Testing

/// A terminal of 80x24 cells of 10x20 pixels that answers questions and may be slow.
final class FakeTerminal: Sendable {
  struct Manners: Sendable {
    /// To DA1; nil for a terminal that never answers anything.
    var attributes: String? = "\u{1B}[?62;4;22c"
    var answersFences = true
    var bytesPerSecond: Int?
    /// How long it thinks before it answers.
    var thinks = Duration.zero
  }

  /// The device that programs open.
  let device: String
  /// The end that programs use; kept open so that the modes live on.
  let descriptor: Int32
  private let screen: Int32
  private let state: Mutex<State>

  private struct State {
    var manners: Manners
    var received: [UInt8] = []
    var unanswered: [UInt8] = []
  }

  init(_ manners: Manners = Manners()) throws {
    var (screen, descriptor): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: 80, ws_xpixel: 800, ws_ypixel: 480)
    var name = [CChar](repeating: 0, count: 256)
    try #require(openpty(&screen, &descriptor, &name, nil, &size) == 0)
    (self.screen, self.descriptor) = (screen, descriptor)
    device = String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    state = Mutex(State(manners: manners))
    Thread.detachNewThread { [self] in run() }
  }

  /// Everything that was written so far.
  var received: String { state.withLock { String(decoding: $0.received, as: UTF8.self) } }

  func forget() { state.withLock { $0.received = [] } }

  func type(_ text: String) { _ = text.withCString { write(screen, $0, strlen($0)) } }

  func resize(columns: Int, rows: Int) {
    var size = winsize(
      ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: UInt16(columns * 10),
      ws_ypixel: UInt16(rows * 20))
    _ = ioctl(screen, UInt(TIOCSWINSZ), &size)
  }

  /// Flags, in bytes.
  var modes: [UInt8] {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    return [modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag].flatMap {
      withUnsafeBytes(of: $0) { Array($0) }
    }
  }

  /// What was typed and answered and nobody has read, which a shell would take for a command.
  var unread: [UInt8] {
    var modes = termios()
    tcgetattr(descriptor, &modes)
    cfmakeraw(&modes)
    tcsetattr(descriptor, TCSANOW, &modes)
    var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    guard poll(&entry, 1, 0) > 0 else { return [] }
    var bytes = [UInt8](repeating: 0, count: 256)
    let count = read(descriptor, &bytes, bytes.count)
    return Array(bytes.prefix(max(0, count)))
  }

  /// Waits until something is so.
  func wait(_ limit: Duration = .seconds(5), until isSo: () -> Bool) -> Bool {
    let deadline = ContinuousClock.now + limit
    while ContinuousClock.now < deadline {
      if isSo() { return true }
      usleep(2000)
    }
    return isSo()
  }

  /// Reads as fast as manners allow; ends with the test process.
  private func run() {
    let speed = state.withLock { $0.manners.bytesPerSecond }
    var chunk = [UInt8](repeating: 0, count: speed.map { $0 / 100 } ?? 65536)
    while true {
      let count = read(screen, &chunk, chunk.count)
      guard count > 0 else {
        // Nobody has the other end open just now, or ever again.
        if count < 0, errno == EIO { usleep(5000) }
        if count < 0, errno != EIO { return }
        continue
      }
      let answers = state.withLock { state in
        state.received += chunk[..<count]
        state.unanswered += chunk[..<count]
        return Self.answers(&state)
      }
      let thinks = state.withLock(\.manners.thinks)
      if !answers.isEmpty, thinks > .zero { usleep(UInt32(thinks / .microseconds(1))) }
      type(answers)
      if let speed { usleep(UInt32(1_000_000 * count / speed)) }
    }
  }

  private static func answers(_ state: inout State) -> String {
    var answers = ""
    let questions: [(String, String?)] = [
      ("\u{1B}[c", state.manners.attributes),
      ("\u{1B}[5n", state.manners.answersFences ? "\u{1B}[0n" : nil),
      ("\u{1B}[16t", state.manners.attributes.map { _ in "\u{1B}[6;20;10t" }),
    ]
    // In the order they were asked.
    while let escape = state.unanswered.firstIndex(of: 0x1B) {
      let rest = state.unanswered[escape...]
      if questions.contains(where: { $0.0.utf8.count > rest.count && $0.0.utf8.starts(with: rest) })
      {
        break
      }
      for (question, answer) in questions where rest.starts(with: question.utf8) {
        answers += answer ?? ""
      }
      state.unanswered.removeSubrange(...escape)
    }
    return answers
  }
}
