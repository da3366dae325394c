import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct ThreadPoolTests {
  @Test(arguments: [1, 2, 3, 8]) func runsEveryRoundOnce(width: Int) {
    let pool = ThreadPool(width: width)
    for count in [0, 1, 2, 17, 1000] {
      let seen = Mutex([Int](repeating: 0, count: count))
      pool.parallel(count) { index in seen.withLock { $0[index] += 1 } }
      #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
    }
  }

  /// Many short loops in a row, where a worker may still be leaving the last one.
  @Test func survivesManyShortLoops() {
    let pool = ThreadPool(width: 4)
    let sum = Counter()
    for _ in 0..<5000 {
      pool.parallel(3) { sum.add($0) }
    }
    #expect(sum.value == 5000 * 3)
  }

  /// Two callers take turns.
  @Test func servesSeveralCallers() async {
    let pool = ThreadPool(width: 2)
    let sum = Counter()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<4 {
        group.addTask {
          for _ in 0..<200 { pool.parallel(5) { sum.add($0) } }
        }
      }
    }
    #expect(sum.value == 4 * 200 * 10)
  }

  #if canImport(Glibc)
    /// Its own threads alone; the caller's priority is the caller's affair.
    @Test func lowersThePriorityOfItsThreads() {
      func niceness() -> Int32 { getpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0) }
      let own = niceness()
      let pool = ThreadPool(width: 3, yieldsToOthers: true)
      let seen = Mutex<Set<Int32>>([])
      while seen.withLock({ $0.count }) < 2 {
        pool.parallel(100) { _ in
          seen.withLock { _ = $0.insert(niceness()) }
          usleep(100)
        }
      }
      #expect(seen.withLock { $0 } == [own, max(own, 5)])
      #expect(niceness() == own)
    }
  #endif
}

private final class Counter: Sendable {
  private let sum = Atomic(0)

  var value: Int { sum.load(ordering: .relaxed) }

  func add(_ number: Int) { sum.wrappingAdd(number, ordering: .relaxed) }
}
