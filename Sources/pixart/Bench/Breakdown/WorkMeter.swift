import Kernels
import Synchronization

/// Sums up time and operations of a device's calls by kind of work.
final class WorkMeter: Sendable {
  /// What one kind of work took.
  struct Figures: Equatable {
    var seconds = 0.0
    /// A multiply-add is two; 0 where counting them says nothing.
    var operations = 0.0
    var calls = 0
    /// What its products are of; nil if it has none, or several.
    var format: Precision?
  }

  private let sums = Mutex<[WorkKind: Figures]>([:])

  var figures: [WorkKind: Figures] { sums.withLock { $0 } }

  func reset() { sums.withLock { $0 = [:] } }

  func add(_ kind: WorkKind, seconds: Double, operations: Double = 0, format: Precision? = nil) {
    sums.withLock { sums in
      var figures = sums[kind] ?? Figures()
      if figures.calls == 0 { figures.format = format }
      if figures.format != format { figures.format = nil }
      figures.seconds += seconds
      figures.operations += operations
      figures.calls += 1
      sums[kind] = figures
    }
  }
}
