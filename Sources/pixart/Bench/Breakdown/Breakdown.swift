import Foundation
import Kernels

/// What a run's time went into, kind by kind, as a table and as JSON.
struct Breakdown {
  struct Row: Equatable {
    let kind: String
    let seconds: Double
    let share: Double
    /// Operations a second; nil without any.
    let rate: Double?
    /// Of what the machine can do at most in the format of its products.
    let peakShare: Double?
    let format: Precision?
    /// Calls of the device in a run.
    let calls: Double
  }

  let rows: [Row]

  /// - Parameters:
  ///   - runs: That were measured.
  ///   - seconds: Of all of them.
  ///   - peaks: Most operations a second, by format.
  init(
    _ figures: [WorkKind: WorkMeter.Figures], runs: Int, seconds: Double,
    peaks: [Precision: Double]
  ) {
    let count = Double(max(1, runs))
    var rows = figures.sorted { $0.key < $1.key }.map { kind, sum in
      let rate = sum.operations > 0 && sum.seconds > 0 ? sum.operations / sum.seconds : nil
      return Row(
        kind: "\(kind)", seconds: sum.seconds / count, share: sum.seconds / seconds, rate: rate,
        peakShare: rate.flatMap { rate in sum.format.flatMap { peaks[$0] }.map { rate / $0 } },
        format: sum.format, calls: Double(sum.calls) / count)
    }
    let rest = max(0, seconds - figures.values.reduce(0) { $0 + $1.seconds })
    rows.append(
      Row(
        kind: "everything else", seconds: rest / count, share: rest / seconds, rate: nil,
        peakShare: nil, format: nil, calls: 0))
    self.rows = rows
  }

  var lines: [String] {
    let width = rows.map(\.kind.count).max() ?? 0
    let head = "  " + "".padding(toLength: width, withPad: " ", startingAt: 0)
    return [head + "   seconds   share   calls  GFLOP/s  of the peak"]
      + rows.map { row in
        let kind = row.kind.padding(toLength: width, withPad: " ", startingAt: 0)
        var line = "  " + kind
        line += String(format: "  %8.4f  %5.1f %%  %6.0f", row.seconds, 100 * row.share, row.calls)
        if let rate = row.rate { line += String(format: "  %7.0f", rate / 1e9) }
        if let share = row.peakShare, let format = row.format {
          line += String(format: "  %3.0f %% %@", 100 * share, format.rawValue)
        }
        return line
      }
  }

  var json: [[String: Any]] {
    rows.map { row in
      var object: [String: Any] = [
        "kind": row.kind, "seconds": row.seconds, "share": row.share, "calls": row.calls,
      ]
      if let rate = row.rate { object["operations_per_second"] = rate }
      if let share = row.peakShare { object["peak_share"] = share }
      if let format = row.format { object["format"] = format.rawValue }
      return object
    }
  }
}
