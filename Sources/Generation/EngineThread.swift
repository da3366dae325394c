import Foundation
import Tensors

/// The engine's own thread, so that neither the screen nor Swift's shared pool waits for its work.
///
/// A thread and not a dispatch queue, as a lowered priority stays with the thread for good.
final class EngineThread: SerialExecutor {
  private let jobs = JobList()

  /// - Parameter yieldsToOthers: Whether all other threads go first.
  init(yieldsToOthers: Bool) {
    let thread = Thread { [jobs] in
      if yieldsToOthers { Thread.yieldToOthers() }
      while let job = jobs.next() { job() }
    }
    thread.name = "pixart-engine"
    thread.stackSize = 8 << 20
    thread.start()
  }

  deinit { jobs.close() }

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    jobs.add { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}

/// What the thread has still to do; it holds this strongly and the executor not at all.
private final class JobList: @unchecked Sendable {
  /// Guards the rest.
  private let condition = NSCondition()
  private var jobs: [@Sendable () -> Void] = []
  private var isClosed = false

  func add(_ job: @escaping @Sendable () -> Void) {
    condition.lock()
    defer { condition.unlock() }
    jobs.append(job)
    condition.signal()
  }

  /// Waits for a job; nil once the list is closed and empty.
  func next() -> (@Sendable () -> Void)? {
    condition.lock()
    defer { condition.unlock() }
    while jobs.isEmpty {
      if isClosed { return nil }
      condition.wait()
    }
    return jobs.removeFirst()
  }

  func close() {
    condition.lock()
    defer { condition.unlock() }
    isClosed = true
    condition.signal()
  }
}
