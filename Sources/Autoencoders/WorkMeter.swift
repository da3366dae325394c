import Tensors

/// Counts the multiply-adds that layers have done, reports their share and looks out for a
/// cancellation.
final class WorkMeter {
  private let total: Double
  private let cancellation: Cancellation
  private let report: (Double) -> Void
  private var done = 0.0

  private init(total: Double, cancellation: Cancellation, report: @escaping (Double) -> Void) {
    self.total = total
    self.cancellation = cancellation
    self.report = report
  }

  /// Runs `body` with a meter for work of `total` multiply-adds; its operations obey the
  /// cancellation.
  static func run<Result>(
    total: Double, cancellation: Cancellation, progress: (Double) -> Void,
    _ body: (WorkMeter) throws -> Result
  ) throws -> Result {
    try cancellation.check()
    let result = try withoutActuallyEscaping(progress) { report in
      try cancellation.whileCurrent {
        try body(WorkMeter(total: total, cancellation: cancellation, report: report))
      }
    }
    try cancellation.check()
    return result
  }

  /// - Throws: `CancellationError` once the work is cancelled.
  func add(_ work: Double) throws(CancellationError) {
    try cancellation.check()
    done += work
    report(min(1, done / total))
  }
}
