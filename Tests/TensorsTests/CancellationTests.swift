import Foundation
import Synchronization
import Tensors
import Testing

@Suite struct CancellationTests {
  private struct Refused: Error {}

  @Test func isCurrentWhileItsBodyRuns() throws {
    let (outer, inner) = (Cancellation(), Cancellation())
    #expect(Cancellation.current == nil)
    outer.whileCurrent {
      #expect(Cancellation.current === outer)
      inner.whileCurrent { #expect(Cancellation.current === inner) }
      #expect(Cancellation.current === outer)
    }
    #expect(Cancellation.current == nil)
    #expect(throws: Refused.self) { try outer.whileCurrent { throw Refused() } }
  }

  @Test func raisesTheByteThatKernelsRead() {
    let cancellation = Cancellation()
    #expect(cancellation.flag.pointee == 0)
    cancellation.cancel()
    #expect(cancellation.flag.pointee != 0)
    #expect(throws: CancellationError.self) { try cancellation.check() }
  }

  /// Rounds that have not begun are left out; another cancellation's loops are not disturbed.
  @Test(arguments: [1, 2, 4]) func leavesRoundsOut(width: Int) {
    let pool = ThreadPool(width: width)
    let (cancelled, other) = (Cancellation(), Cancellation())
    let rounds = Mutex(0)
    cancelled.whileCurrent {
      pool.parallel(1000) { _ in
        rounds.withLock { $0 += 1 }
        cancelled.cancel()
      }
    }
    // At most the first round of each thread.
    #expect((1...width).contains(rounds.withLock { $0 }))
    rounds.withLock { $0 = 0 }
    cancelled.whileCurrent { pool.parallel(50) { _ in rounds.withLock { $0 += 1 } } }
    #expect(rounds.withLock { $0 } == 0)
    other.whileCurrent { pool.parallel(50) { _ in rounds.withLock { $0 += 1 } } }
    pool.parallel(50) { _ in rounds.withLock { $0 += 1 } }
    #expect(rounds.withLock { $0 } == 100)
  }
}
