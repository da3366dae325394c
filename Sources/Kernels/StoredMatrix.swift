import CKernels
import Tensors

/// A matrix that stays in its stored format and place.
///
/// Work is cut into groups of outputs, whose weights are packed (and widened) into the thread's
/// scratch memory, a few hundred kilobytes; all rows then meet them there. Bias, activation, gate
/// and residual are applied to sums that are still in registers.
struct StoredMatrix: FusedMatrix {
  private let stored: StoredTensor
  let threads: ThreadPool
  let format: px_format

  var name: String { stored.name }
  var outputs: Int { stored.shape[0] }
  var inputs: Int { stored.shape[1] }

  /// Packed floats a piece: about the second-level cache.
  private static let packedLimit = 144 << 10
  /// Panels a piece of narrow weights: what a kernel sums up at once.
  private static let narrowPanels = 5
  /// Rows that make packing worth while where outputs alone give too few pieces of work.
  private static let leastRows = 96

  /// - Parameters:
  ///   - stored: `[outputs, inputs]`.
  ///   - precision: Of the products.
  init(_ stored: StoredTensor, precision: Precision, threads: ThreadPool) {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    precondition(
      precision == .int8 || stored.columnFactors == nil, "'\(stored.name)' is for 8-bit integers")
    self.stored = stored
    self.threads = threads
    format = precision.kernel
  }

  func run(_ whole: px_product, rows: Int) {
    let (inputs, outputs) = (self.inputs, self.outputs)
    let plan = plan(rows: rows)
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let first = index / plan.rowPieces * plan.outputsEach
      let count = min(plan.outputsEach, outputs - first)
      let row = rows * (index % plan.rowPieces) / plan.rowPieces
      let end = rows * (index % plan.rowPieces + 1) / plan.rowPieces
      var product = whole.outputs(from: first, count)
      let packed = pack(from: first, count, for: &product)
      product.weights = UnsafeRawPointer(packed.pointer)
      product.depth = inputs
      px_multiply_rows(&product, row, end - row)
    }
  }

  /// Some of the outputs' weights as kernels take them; what else they take of them goes into
  /// `product`.
  private func pack(from first: Int, _ count: Int, for product: inout px_product) -> Tensor {
    let places = PackedMatrix.panels(count) * Int(PX_PANEL)
    guard format != PX_FLOAT32 else {
      let packed = Tensor([places * inputs])
      let source = stored.bytes + first * inputs * stored.format.bytes
      px_pack_weights(source, stored.format.kernel, count, inputs, packed.mutablePointer)
      return packed
    }
    // Scales and starts, two words for each place, follow the weights.
    let words = NarrowRows.words(inputs, format)
    let packed = Tensor([places * (words + 2)])
    let scales = packed.mutablePointer + places * words
    let starts = UnsafeMutableRawPointer(scales + places).assumingMemoryBound(to: Int32.self)
    stored.pack(
      from: first, count, format, into: packed.mutablePointer, scales: scales, starts: starts)
    product.weight_scales = UnsafePointer(scales)
    product.weight_starts = UnsafePointer(starts)
    return packed
  }

  /// How the product is cut up.
  private struct Plan {
    /// Whole panels, but for the last piece.
    let outputsEach: Int
    let outputPieces: Int
    let rowPieces: Int
  }

  /// As many outputs a piece as fit the cache, but enough pieces to keep all threads busy.
  private func plan(rows: Int) -> Plan {
    let panel = Int(PX_PANEL)
    let panels = PackedMatrix.panels(outputs)
    let wanted = 4 * threads.width
    let fitting =
      format != PX_FLOAT32 ? Self.narrowPanels : max(1, Self.packedLimit / (panel * inputs))
    let each = min(fitting, max(1, panels / wanted))
    let pieces = (panels + each - 1) / each
    let rowPieces = min((wanted + pieces - 1) / pieces, max(1, rows / Self.leastRows))
    return Plan(outputsEach: each * panel, outputPieces: pieces, rowPieces: rowPieces)
  }
}

extension NumberFormat {
  var kernel: px_format {
    switch self {
    case .float32: PX_FLOAT32
    case .float16: PX_FLOAT16
    case .bfloat16: PX_BFLOAT16
    }
  }
}
