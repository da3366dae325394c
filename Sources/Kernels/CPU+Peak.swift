import CKernels
import Tensors

extension CPU {
  /// The most operations a second this processor can do with all threads at once, in a format.
  ///
  /// A multiply-add counts as two. The best of a few short runs.
  public func measurePeakOperationsPerSecond(_ precision: Precision = .fp32) -> Double {
    let format = precision.kernel
    let rounds = 20_000_000
    var best = 0.0
    for _ in 0..<5 {
      let start = ContinuousClock.now
      threads.parallel(threads.width) { _ in
        // The sum is finite; asking for it keeps the loop.
        precondition(px_multiply_add(format, rounds).isFinite)
      }
      let duration = ContinuousClock.now - start
      let seconds =
        Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
      let operations = Double(rounds * px_multiply_add_operations(format) * threads.width)
      best = max(best, operations / seconds)
    }
    return best
  }
}
