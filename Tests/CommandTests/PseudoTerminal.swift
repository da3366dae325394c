import Foundation
import Synchronization
import Testing

/// A terminal of 80x24 cells that says nothing by itself.
final class PseudoTerminal: Sendable {
  private final class Received: Sendable {
    let bytes = Mutex(Data())
  }

  /// The end that programs write to.
  let end: FileHandle
  private let received = Received()

  init(columns: Int = 80) throws {
    var (screen, program): (Int32, Int32) = (-1, -1)
    var size = winsize(ws_row: 24, ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&screen, &program, nil, nil, &size) == 0)
    _ = fcntl(screen, F_SETFD, FD_CLOEXEC)
    _ = fcntl(program, F_SETFD, FD_CLOEXEC)
    end = FileHandle(fileDescriptor: program, closeOnDealloc: true)
    let descriptor = screen
    Thread.detachNewThread { [received] in
      var chunk = [UInt8](repeating: 0, count: 4096)
      // Fails as soon as nobody has the other end any more.
      while case let count = read(descriptor, &chunk, chunk.count), count > 0 {
        received.bytes.withLock { $0.append(contentsOf: chunk[..<count]) }
      }
      close(descriptor)
    }
  }

  /// Everything that was written so far.
  var text: String { received.bytes.withLock { String(decoding: $0, as: UTF8.self) } }

  func waits(for text: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let deadline = ContinuousClock.now + .seconds(20)
    while !self.text.contains(text), ContinuousClock.now < deadline { usleep(2000) }
    try #require(self.text.contains(text), "'\(self.text)'", sourceLocation: sourceLocation)
  }

  /// Writes a mark and returns when everything before it has been read.
  func drain() throws {
    let mark = "<\(UUID().uuidString)>"
    try end.write(contentsOf: Data(mark.utf8))
    try waits(for: mark)
    received.bytes.withLock { data in
      let text = String(decoding: data, as: UTF8.self)
      data = Data(text.replacingOccurrences(of: mark, with: "").utf8)
    }
  }

  /// What can be seen: lines of text after carriage returns and erasures, empty ones left out.
  func screen() throws -> [String] {
    try drain()
    var lines: [String] = []
    for line in text.split(separator: "\r\n") {
      let overwritten = line.split(separator: "\r", omittingEmptySubsequences: false)
      // Each part begins at the left edge and erases what was there.
      try #require(overwritten.dropFirst().allSatisfy { $0.hasPrefix("\u{1B}[K") })
      lines.append((overwritten.last ?? "").replacingOccurrences(of: "\u{1B}[K", with: ""))
    }
    return lines.filter { !$0.isEmpty }
  }
}
