import CKernels
import Tensors

/// A matrix that stays in its stored format and place.
///
/// Work is cut into groups of outputs, whose weights are packed (and widened) into the thread's
/// scratch memory, a few hundred kilobytes; all rows then meet them there. Bias, activation, gate
/// and residual are applied to sums that are still in registers.
struct StoredMatrix: Matrix {
  private let stored: StoredTensor
  private let threads: ThreadPool

  var outputs: Int { stored.shape[0] }
  var inputs: Int { stored.shape[1] }

  /// Floats of packed weights a piece: about the second-level cache.
  private static let packedLimit = 144 << 10
  /// Rows that make packing worth while where outputs alone give too few pieces of work.
  private static let leastRows = 96

  /// - Parameter stored: `[outputs, inputs]`.
  init(_ stored: StoredTensor, threads: ThreadPool) {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    self.stored = stored
    self.threads = threads
  }

  func multiply(_ x: borrowing Tensor, bias: Vector?, activation: Activation) -> Tensor {
    let y = Tensor([x.shape[0], outputs])
    run(x, bias: bias, gate: nil, into: y.mutablePointer, adds: false, activation: activation)
    return y
  }

  func multiply(_ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor) {
    add(x, bias: bias, gate: nil, to: &sum)
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int
  ) {
    precondition(
      gate.shape[1] == outputs && row < gate.shape[0], "no gate \(row) in \(gate.shape)")
    add(x, bias: bias, gate: gate.pointer + row * outputs, to: &sum)
  }

  private func add(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?, to sum: inout Tensor
  ) {
    precondition(
      sum.shape[1] == outputs && sum.shape[0] == x.shape[0],
      "\(sum.shape) += [\(x.shape[0]), \(outputs)]")
    run(x, bias: bias, gate: gate, into: sum.mutablePointer, adds: true, activation: .identity)
  }

  private func run(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, adds: Bool, activation: Activation
  ) {
    let (rows, inputs, outputs) = (x.shape[0], self.inputs, self.outputs)
    precondition(x.shape[1] == inputs, "'\(stored.name)' takes [_, \(inputs)], got \(x.shape)")
    let source = x.pointer
    let plan = plan(rows: rows)
    let stop = Cancellation.current?.flag
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let first = index / plan.rowPieces * plan.outputsEach
      let count = min(plan.outputsEach, outputs - first)
      let row = rows * (index % plan.rowPieces) / plan.rowPieces
      let end = rows * (index % plan.rowPieces + 1) / plan.rowPieces
      let packed = Tensor([Self.panels(count) * Int(PX_PANEL) * inputs])
      px_pack_weights(
        stored.bytes + first * inputs * stored.format.bytes, stored.format.kernel, count, inputs,
        packed.mutablePointer)
      var product = px_product()
      product.input = UnsafeRawPointer(source)
      product.input_stride = inputs
      product.weights = UnsafeRawPointer(packed.pointer)
      product.depth = inputs
      product.bias = bias.map { $0.pointer + first }
      product.gate = gate.map { $0 + first }
      product.output = target + first
      product.output_stride = outputs
      product.outputs = count
      product.adds = adds ? 1 : 0
      product.activation = activation.kernel
      product.stop = stop
      px_multiply_rows(&product, row, end - row)
    }
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
    let panels = Self.panels(outputs)
    let wanted = 4 * threads.width
    let fitting = max(1, Self.packedLimit / (panel * inputs))
    let each = min(fitting, max(1, panels / wanted))
    let pieces = (panels + each - 1) / each
    let rowPieces = min((wanted + pieces - 1) / pieces, max(1, rows / Self.leastRows))
    return Plan(outputsEach: each * panel, outputPieces: pieces, rowPieces: rowPieces)
  }

  private static func panels(_ outputs: Int) -> Int {
    (outputs + Int(PX_PANEL) - 1) / Int(PX_PANEL)
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
