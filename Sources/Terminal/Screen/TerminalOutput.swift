import Foundation

/// Bytes on their way to a terminal, given out as fast as it takes them and no faster.
///
/// Nothing here ever waits but ``drain(within:)``.
struct TerminalOutput {
  /// Opened for this alone, so that no other program's descriptor becomes non-blocking.
  private let terminal: Int32
  private var bytes: [UInt8] = []
  private var start = 0
  /// Whether the terminal is gone.
  private(set) var isBroken = false
  /// Bytes given out so far.
  private(set) var written = 0

  init(terminal: Int32) { self.terminal = terminal }

  var isEmpty: Bool { start == bytes.count }

  mutating func append(_ more: some Sequence<UInt8>) {
    if isBroken { return }
    bytes += more
  }

  /// Gives out what the terminal takes now.
  mutating func pump() {
    while start < bytes.count, !isBroken {
      let count = bytes.withUnsafeBytes { raw in
        Foundation.write(terminal, raw.baseAddress.map { $0 + start }, raw.count - start)
      }
      if count > 0 {
        start += count
        written += count
      } else if errno == EINTR {
        continue
      } else if errno == EAGAIN {
        return
      } else {
        isBroken = true
      }
    }
    bytes.removeAll(keepingCapacity: bytes.count < 1 << 20)
    start = 0
  }

  /// Drops what has not gone out; ends a picture that was cut off by that.
  mutating func abandon() {
    let wasCut = start > 0
    bytes = []
    start = 0
    if wasCut { append(Array("\u{1B}\\\u{1B}[?2026l".utf8)) }
  }

  /// Gives out everything, waiting for a slow terminal up to a limit.
  mutating func drain(within limit: Duration) {
    let deadline = ContinuousClock.now + limit
    pump()
    while !isEmpty, ContinuousClock.now < deadline {
      var entry = pollfd(fd: terminal, events: Int16(POLLOUT), revents: 0)
      poll(&entry, 1, 50)
      pump()
    }
  }
}
