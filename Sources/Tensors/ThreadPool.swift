import Foundation
import Synchronization

/// Threads that share the rounds of a loop; the calling thread works too.
///
/// Rounds are handed out one at a time, so a slow core takes fewer. Swift's own pool is not used:
/// its threads must never be held by long work.
public final class ThreadPool: Sendable {
  /// Threads that take part, the caller included.
  public let width: Int
  /// Whether the pool's own threads let all others go first.
  public let yieldsToOthers: Bool

  private let team: Team

  /// How many threads serve this machine best: one for each active core.
  public static var fullWidth: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// - Parameter yieldsToOthers: Lowers the priority of the pool's threads; not the caller's.
  public init(width: Int, yieldsToOthers: Bool = false) {
    precondition(width >= 1, "a pool needs at least one thread, not \(width)")
    self.width = width
    self.yieldsToOthers = yieldsToOthers
    let team = Team()
    self.team = team
    for index in 1..<max(1, width) {
      let thread = Thread {
        if yieldsToOthers { Thread.yieldToOthers() }
        team.work()
      }
      thread.name = "pixart-worker-\(index)"
      thread.stackSize = 1 << 20
      thread.start()
    }
  }

  deinit { team.dismiss() }

  /// Runs the body for every index below `count`, in any order, and returns when all are done.
  ///
  /// Rounds that have not begun when the current ``Cancellation`` is raised are left out. The body
  /// must not start a loop on the same pool.
  public func parallel(_ count: Int, _ body: (Int) -> Void) {
    let cancellation = Cancellation.current
    guard count > 1, width > 1 else {
      for index in 0..<max(0, count) where cancellation?.isCancelled != true { body(index) }
      return
    }
    withoutActuallyEscaping(body) {
      team.run(Job(count: count, cancellation: cancellation, body: $0))
    }
  }
}

/// One loop: its body and how many rounds are handed out and done.
private final class Job: @unchecked Sendable {
  private let count: Int
  private let cancellation: Cancellation?
  private let body: (Int) -> Void
  private let next = Atomic(0)
  private let finished = Atomic(0)

  init(count: Int, cancellation: Cancellation?, body: @escaping (Int) -> Void) {
    self.count = count
    self.cancellation = cancellation
    self.body = body
  }

  /// Works until no round is left; once cancelled, only counts them.
  func drain() {
    while true {
      let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
      guard index < count else { return }
      if cancellation?.isCancelled != true { body(index) }
      finished.wrappingAdd(1, ordering: .releasing)
    }
  }

  var isFinished: Bool { finished.load(ordering: .acquiring) == count }
}

/// What the threads share; they hold it strongly, the pool only tells it to end.
///
/// Loops follow each other closely and many are short, so a thread that has nothing to do looks around for
/// some microseconds before it sleeps: being woken takes longer than such a loop.
private final class Team: @unchecked Sendable {
  /// One loop at a time: a second caller waits here for its turn.
  private let turn = NSLock()
  /// Guards `job`, `isDismissed` and going to sleep.
  private let condition = NSCondition()
  private var job: Job?
  private var isDismissed = false
  /// Goes up by one with each loop.
  private let generation = Atomic(0)
  /// Threads that hold the job.
  private let working = Atomic(0)

  func run(_ job: Job) {
    turn.lock()
    defer { turn.unlock() }
    condition.lock()
    self.job = job
    generation.wrappingAdd(1, ordering: .releasing)
    condition.broadcast()
    condition.unlock()
    job.drain()
    Self.lookAround { job.isFinished }
    condition.lock()
    self.job = nil
    condition.unlock()
    // Its body must not outlive its call.
    Self.lookAround { working.load(ordering: .acquiring) == 0 }
  }

  func work() {
    var seen = 0
    while workOnNextJob(after: &seen) {
      working.wrappingSubtract(1, ordering: .releasing)
      Self.lookAround(atMost: 100) { generation.load(ordering: .acquiring) != seen }
    }
  }

  /// Returns only after letting go of the job.
  private func workOnNextJob(after seen: inout Int) -> Bool {
    guard let job = nextJob(after: &seen) else { return false }
    job.drain()
    return true
  }

  func dismiss() {
    condition.lock()
    isDismissed = true
    condition.broadcast()
    condition.unlock()
  }

  private func nextJob(after seen: inout Int) -> Job? {
    condition.lock()
    defer { condition.unlock() }
    while !isDismissed {
      let current = generation.load(ordering: .relaxed)
      if current != seen {
        seen = current
        if let job {
          working.wrappingAdd(1, ordering: .relaxed)
          return job
        }
      }
      condition.wait()
    }
    return nil
  }

  /// Waits without sleeping until the condition holds; after a microsecond or two it lets others
  /// have the processor between two looks.
  private static func lookAround(atMost yields: Int = .max, until condition: () -> Bool) {
    for _ in 0..<2000 where condition() { return }
    var left = yields
    while left > 0 {
      if condition() { return }
      sched_yield()
      left -= 1
    }
  }
}
