import CKernels
import Tensors

/// A matrix in bfloat16 or 8-bit integers that is packed.
///
/// Rows it meets are rounded to the same format; sums, bias, activation, gate and residual are
/// `Float`.
struct NarrowMatrix: FusedMatrix {
  private let packed: PackedMatrix
  let threads: ThreadPool

  var name: String { packed.name }
  var format: px_format { packed.format }
  var outputs: Int { packed.outputs }
  var inputs: Int { packed.inputs }

  /// Bytes of rows that one piece of work meets all outputs of its own with: half a second-level
  /// cache.
  private static let rowBytes = 512 << 10
  /// Panels that a kernel sums up at once, at most.
  private static let group = 5

  init(_ packed: PackedMatrix, threads: ThreadPool) {
    self.packed = packed
    self.threads = threads
  }

  func run(_ whole: px_product, rows: Int) {
    let plan = plan(rows: rows)
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let (outputPiece, rowPiece) = (index % plan.outputPieces, index / plan.outputPieces)
      let first = plan.output(outputPiece)
      let (row, end) = (plan.row(rowPiece), plan.row(rowPiece + 1))
      let count = min(plan.output(outputPiece + 1), outputs) - first
      var product = whole.outputs(from: first, count)
      product.depth = inputs
      product.weights = packed.weights(from: first)
      product.weight_scales = packed.scales(from: first)
      product.weight_starts = packed.starts(from: first)
      px_multiply_rows(&product, row, end - row)
    }
  }

  /// How the product is cut up: pieces in a row share rows, and meet other outputs.
  private struct Plan {
    let rows: Int
    let panels: Int
    let outputPieces: Int
    let rowPieces: Int

    /// The first output of a piece, which is that of a panel; pieces are as equal as panels allow.
    func output(_ piece: Int) -> Int { panels * piece / outputPieces * Int(PX_PANEL) }

    /// The first row of a piece.
    ///
    /// Kernels take four or six at once.
    func row(_ piece: Int) -> Int {
      piece == rowPieces ? rows : rows * piece / rowPieces / 12 * 12
    }
  }

  private func plan(rows: Int) -> Plan {
    let panels = PackedMatrix.panels(outputs)
    let outputPieces = (panels + Self.group - 1) / Self.group
    let fitting = max(12, Self.rowBytes / (4 * NarrowRows.words(inputs, format)))
    let wanted = (4 * threads.width + outputPieces - 1) / outputPieces
    let least = max(1, (rows + fitting - 1) / fitting, min(wanted, rows / 16))
    // A few more where no thread is idle in the last round then.
    let most = max(least, min(2 * least, rows / 24))
    let even = (least...most).first { $0 * outputPieces % threads.width == 0 }
    return Plan(
      rows: rows, panels: panels, outputPieces: outputPieces, rowPieces: even ?? least)
  }
}
