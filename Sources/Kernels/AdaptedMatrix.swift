import CKernels
import Tensors

/// A matrix with one of low rank beside it, whose weights are shared with those who use it alone.
///
/// Rows meet `down` in the form in which they meet the matrix, so nothing is rounded twice; what
/// comes out, a few numbers a row, is multiplied by `up` while the sums of the matrix are still in
/// registers. In 8-bit integers `up` is in bfloat16 all the same: its product is summed up in
/// floats, after the integers got their scales, and its few numbers a row need no scale of their own.
struct AdaptedMatrix: FusedMatrix {
  private let base: any FusedMatrix
  private let down: any FusedMatrix
  private let up: SideWeights

  var name: String { base.name }
  var format: px_format { base.format }
  var threads: ThreadPool { base.threads }
  var outputs: Int { base.outputs }
  var inputs: Int { base.inputs }

  init(_ base: any FusedMatrix, _ lowRank: LowRank) {
    precondition(
      lowRank.down.shape[1] == base.inputs && lowRank.up.shape[0] == base.outputs,
      "'\(base.name)' [\(base.outputs), \(base.inputs)] += \(lowRank.up.shape) · "
        + "\(lowRank.down.shape)")
    precondition(!(base is AdaptedMatrix), "'\(base.name)' is adapted already")
    self.base = base
    down = base.format.packed(lowRank.down, threads: base.threads)
    up = SideWeights(lowRank, format: base.format)
  }

  func run(_ whole: px_product, rows: Int) {
    let inner = Tensor([rows, down.outputs])
    var first = whole
    first.bias = nil
    first.gate = nil
    first.adds = 0
    first.activation = PX_IDENTITY
    first.output = inner.mutablePointer
    first.output_stride = down.outputs
    first.outputs = down.outputs
    down.run(first, rows: rows)

    var product = whole
    product.side_depth = down.outputs
    product.side_weights = up.weights
    product.main_scales = up.factors
    guard format != PX_FLOAT32 else {
      product.side_input = UnsafeRawPointer(inner.pointer)
      product.side_stride = down.outputs
      base.run(product, rows: rows)
      return
    }
    let narrow = NarrowRows(0..<rows, of: inner, format: PX_BFLOAT16, threads: threads)
    product.side_input = narrow.product.input
    product.side_stride = narrow.product.input_stride
    base.run(product, rows: rows)
  }
}

/// `up` and the factors as kernels take them, for whole panels.
private final class SideWeights: Sendable {
  private let packed: Tensor
  private let scales: Vector?

  init(_ lowRank: LowRank, format: px_format) {
    let (up, rank) = (lowRank.up, lowRank.rank)
    let places = PackedMatrix.panels(up.shape[0]) * Int(PX_PANEL)
    if format == PX_FLOAT32 {
      packed = Tensor([places * rank])
      px_pack_weights(up.bytes, up.format.kernel, up.shape[0], rank, packed.mutablePointer)
    } else {
      packed = Tensor([places * NarrowRows.words(rank, PX_BFLOAT16)])
      px_pack_bfloat16(
        up.bytes, up.format.kernel, up.shape[0], rank,
        UnsafeMutableRawPointer(packed.mutablePointer).assumingMemoryBound(to: UInt16.self))
    }
    scales = lowRank.factors.map {
      Vector($0 + [Float](repeating: 1, count: places - $0.count))
    }
  }

  var weights: UnsafeRawPointer { UnsafeRawPointer(packed.pointer) }

  var factors: UnsafePointer<Float>? { scales?.pointer }
}

extension px_format {
  /// A small matrix that takes rows of this format.
  fileprivate func packed(_ stored: StoredTensor, threads: ThreadPool) -> any FusedMatrix {
    let precision: Precision
    switch self {
    case PX_INT8: precision = .int8
    case PX_BFLOAT16: precision = .bf16
    default: return StoredMatrix(stored, precision: .fp32, threads: threads)
    }
    let memory = PooledBytes(count: PackedMatrix.byteCount(of: stored, precision))
    return NarrowMatrix(
      PackedMatrix(
        packing: stored, precision: precision, into: PackedBytes(memory.bytes, owner: memory),
        threads: threads), threads: threads)
  }
}
