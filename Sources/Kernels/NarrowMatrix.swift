import CKernels
import Tensors

/// A matrix in bfloat16 or 8-bit integers that is packed.
///
/// Each call rounds its rows to the same format; sums, bias, activation, gate and residual are
/// `Float`.
struct NarrowMatrix: FusedMatrix {
  private let packed: PackedMatrix
  private let threads: ThreadPool

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

  func run(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, adds: Bool, activation: Activation
  ) {
    let (rows, inputs, outputs) = (x.shape[0], self.inputs, self.outputs)
    precondition(x.shape[1] == inputs, "'\(packed.name)' takes [_, \(inputs)], got \(x.shape)")
    let narrow = NarrowRows(x, format: packed.format, threads: threads)
    let whole = narrow.product(bias: bias?.pointer, gate: gate)
    let plan = plan(rows: rows)
    let stop = Cancellation.current?.flag
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let first = index % plan.outputPieces * plan.outputsEach
      let piece = index / plan.outputPieces
      let (row, end) = (
        rows * piece / plan.rowPieces, rows * (piece + 1) / plan.rowPieces
      )
      var product = whole
      setWeights(of: &product, from: first)
      product.bias? += first
      product.gate? += first
      product.output = target + first
      product.output_stride = outputs
      product.outputs = min(plan.outputsEach, outputs - first)
      product.adds = adds ? 1 : 0
      product.activation = activation.kernel
      product.stop = stop
      px_multiply_rows(&product, row, end - row)
    }
  }

  private func setWeights(of product: inout px_product, from first: Int) {
    product.depth = inputs
    product.weights = packed.weights(from: first)
    product.weight_scales = packed.scales(from: first)
    product.weight_starts = packed.starts(from: first)
  }

  /// How the product is cut up.
  private struct Plan {
    /// Whole panels, but for the last piece.
    let outputsEach: Int
    let outputPieces: Int
    let rowPieces: Int
  }

  private func plan(rows: Int) -> Plan {
    let fitting = max(12, Self.rowBytes / (4 * NarrowRows.words(inputs, packed.format)) / 12 * 12)
    let rowPieces = max(1, (rows + fitting - 1) / fitting)
    // Enough pieces to keep all threads busy to the end.
    let wanted = (8 * threads.width + rowPieces - 1) / rowPieces
    let panels = (outputs + Int(PX_PANEL) - 1) / Int(PX_PANEL)
    let groups = (panels / wanted + Self.group - 1) / Self.group
    let each = max(1, groups) * Self.group * Int(PX_PANEL)
    return Plan(
      outputsEach: each, outputPieces: (outputs + each - 1) / each, rowPieces: rowPieces)
  }
}
