import CKernels
import Tensors

/// A matrix in bfloat16 or 8-bit integers, packed once.
///
/// Each call rounds its rows to the same format; sums, bias, activation, gate and residual are
/// `Float`.
final class NarrowMatrix: FusedMatrix {
  let outputs: Int
  let inputs: Int
  private let name: String
  private let format: px_format
  /// Panels of words, see `px_pack_bfloat16` and `px_pack_int8`; a word is as large as a `Float`.
  private let packed: Tensor
  /// `[2, outputs in whole panels]`, only for 8-bit integers: scales, and as 32-bit integers what
  /// sums begin with.
  private let corrections: Tensor
  private let threads: ThreadPool

  /// Bytes of rows that one piece of work meets all outputs of its own with: half a second-level
  /// cache.
  private static let rowBytes = 512 << 10
  /// Panels that a kernel sums up at once, at most.
  private static let group = 5

  /// - Parameters:
  ///   - stored: `[outputs, inputs]`, not needed any more afterwards.
  ///   - precision: bf16 or int8.
  init(_ stored: StoredTensor, precision: Precision, threads: ThreadPool) {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    precondition(precision != .fp32, "nothing narrow about \(precision)")
    let (outputs, inputs) = (stored.shape[0], stored.shape[1])
    let (panel, format) = (Int(PX_PANEL), precision.kernel)
    let words = NarrowRows.words(inputs, format)
    let panels = (outputs + panel - 1) / panel
    let packed = Tensor([panels * panel * words])
    let corrections = Tensor([2, panels * panel])
    let target = packed.mutablePointer
    let scales = corrections.mutablePointer
    threads.parallel(panels) { index in
      let first = index * panel
      let count = min(panel, outputs - first)
      let source = stored.bytes + first * inputs * stored.format.bytes
      let place = UnsafeMutableRawPointer(target + first * words)
      if format == PX_INT8 {
        let starts = UnsafeMutableRawPointer(scales + panels * panel + first)
        px_pack_int8(
          source, stored.format.kernel, count, inputs, place.assumingMemoryBound(to: Int8.self),
          scales + first, starts.assumingMemoryBound(to: Int32.self))
      } else {
        px_pack_bfloat16(
          source, stored.format.kernel, count, inputs, place.assumingMemoryBound(to: UInt16.self))
      }
    }
    stored.letGo()
    name = stored.name
    self.outputs = outputs
    self.inputs = inputs
    self.format = format
    self.packed = packed
    self.corrections = corrections
    self.threads = threads
  }

  func run(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, adds: Bool, activation: Activation
  ) {
    let (rows, inputs, outputs) = (x.shape[0], self.inputs, self.outputs)
    precondition(x.shape[1] == inputs, "'\(name)' takes [_, \(inputs)], got \(x.shape)")
    let narrow = NarrowRows(x, format: format, threads: threads)
    let whole = narrow.product(bias: bias?.pointer, gate: gate)
    let plan = plan(rows: rows)
    let stop = Cancellation.current?.flag
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let (outputPiece, rowPiece) = (index % plan.outputPieces, index / plan.outputPieces)
      let first = plan.output(outputPiece)
      let (row, end) = (plan.row(rowPiece), plan.row(rowPiece + 1))
      var product = whole
      setWeights(of: &product, from: first)
      product.bias? += first
      product.gate? += first
      product.output = target + first
      product.output_stride = outputs
      product.outputs = min(plan.output(outputPiece + 1), outputs) - first
      product.adds = adds ? 1 : 0
      product.activation = activation.kernel
      product.stop = stop
      px_multiply_rows(&product, row, end - row)
    }
  }

  private func setWeights(of product: inout px_product, from first: Int) {
    product.depth = inputs
    product.weights = UnsafeRawPointer(packed.pointer + first * NarrowRows.words(inputs, format))
    let starts = UnsafeRawPointer(corrections.pointer + corrections.shape[1] + first)
    product.weight_scales = corrections.pointer + first
    product.weight_starts = starts.assumingMemoryBound(to: Int32.self)
  }

  /// How the product is cut up: pieces in a row share rows, and meet other outputs.
  private struct Plan {
    let rows: Int
    let panels: Int
    let outputPieces: Int
    let rowPieces: Int

    /// The first output of a piece, which is that of a panel; pieces are as equal as panels allow.
    func output(_ piece: Int) -> Int { panels * piece / outputPieces * Int(PX_PANEL) }

    /// The first row of a piece. Kernels take four or six at once.
    func row(_ piece: Int) -> Int {
      piece == rowPieces ? rows : rows * piece / rowPieces / 12 * 12
    }
  }

  private func plan(rows: Int) -> Plan {
    let panels = (outputs + Int(PX_PANEL) - 1) / Int(PX_PANEL)
    let outputPieces = (panels + Self.group - 1) / Self.group
    let fitting = max(12, Self.rowBytes / (4 * NarrowRows.words(inputs, format)))
    let wanted = (4 * threads.width + outputPieces - 1) / outputPieces
    let least = max(1, (rows + fitting - 1) / fitting, min(wanted, rows / 16))
    // A few more where no thread is idle in the last round then.
    let even = (least...2 * least).first { $0 * outputPieces % threads.width == 0 }
    return Plan(
      rows: rows, panels: panels, outputPieces: outputPieces, rowPieces: even ?? least)
  }
}
