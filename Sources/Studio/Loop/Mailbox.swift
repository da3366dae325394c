import Foundation
import Synchronization

/// Events on their way from other threads to the loop, and the descriptor that wakes it.
final class Mailbox: Sendable {
  // The loop's thread and those that work for it; held for no longer than an append takes.
  private let waiting = Mutex<[StudioEvent]>([])
  /// Readable while events wait.
  let descriptor: Int32
  private let writing: Int32

  init() {
    var ends: [Int32] = [-1, -1]
    // Without a pipe the loop still sees events at its next tick.
    if pipe(&ends) == 0 {
      for end in ends {
        _ = fcntl(end, F_SETFL, O_NONBLOCK)
        _ = fcntl(end, F_SETFD, FD_CLOEXEC)
      }
    }
    (descriptor, writing) = (ends[0], ends[1])
  }

  deinit {
    close(descriptor)
    close(writing)
  }

  /// From any thread.
  func post(_ event: StudioEvent) {
    waiting.withLock { $0.append(event) }
    wake()
  }

  func wake() {
    var byte: UInt8 = 1
    _ = write(writing, &byte, 1)
  }

  /// Everything that was posted, in order.
  func take() -> [StudioEvent] {
    var bytes = [UInt8](repeating: 0, count: 256)
    while read(descriptor, &bytes, bytes.count) > 0 {}
    return waiting.withLock { events in
      defer { events = [] }
      return events
    }
  }
}
