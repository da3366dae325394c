import CKernels
import Tensors

/// A matrix in bfloat16 or 8-bit integers, packed once.
///
/// Each call rounds its rows to the same format; sums, bias, activation, gate and residual are
/// `Float`.
final class NarrowMatrix: Matrix {
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
  /// Outputs of a piece where there are enough of them: what a kernel sums up at once.
  private static let group = 64

  /// - Parameters:
  ///   - stored: `[outputs, inputs]`, not needed any more afterwards.
  ///   - precision: bf16 or int8.
  init(_ stored: StoredTensor, precision: Precision, threads: ThreadPool) {
    precondition(
      stored.shape.rank == 2, "a matrix has two dimensions, '\(stored.name)' \(stored.shape)")
    precondition(precision != .fp32, "nothing narrow about \(precision)")
    let (outputs, inputs) = (stored.shape[0], stored.shape[1])
    let (panel, format) = (Int(PX_PANEL), precision.kernel)
    let words = Self.words(inputs, format)
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

  /// Of 32 bits a row of numbers takes.
  private static func words(_ count: Int, _ format: px_format) -> Int {
    format == PX_INT8 ? (count + 3) / 4 : (count + 1) / 2
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
    precondition(x.shape[1] == inputs, "'\(name)' takes [_, \(inputs)], got \(x.shape)")
    let words = Self.words(inputs, format)
    let narrow = Tensor([rows * words])
    let scales = Tensor([rows])
    round(x, to: narrow, scales: scales)
    let stride = format == PX_INT8 ? 4 * words : 2 * words
    let plan = plan(rows: rows)
    let stop = Cancellation.current?.flag
    let (input, inputScales) = (narrow.pointer, scales.pointer)
    threads.parallel(plan.outputPieces * plan.rowPieces) { index in
      let first = index % plan.outputPieces * plan.outputsEach
      let piece = index / plan.outputPieces
      let (row, end) = (
        rows * piece / plan.rowPieces, rows * (piece + 1) / plan.rowPieces
      )
      var product = product(outputsFrom: first)
      product.input = UnsafeRawPointer(input)
      product.input_stride = stride
      product.input_scales = inputScales
      product.bias = bias.map { $0.pointer + first }
      product.gate = gate.map { $0 + first }
      product.output = target + first
      product.output_stride = outputs
      product.outputs = min(plan.outputsEach, outputs - first)
      product.adds = adds ? 1 : 0
      product.activation = activation.kernel
      product.stop = stop
      px_multiply_rows(&product, row, end - row)
    }
  }

  /// The weights' part of a product.
  private func product(outputsFrom first: Int) -> px_product {
    var product = px_product()
    product.format = format
    product.depth = inputs
    product.weights = UnsafeRawPointer(packed.pointer + first * Self.words(inputs, format))
    let starts = UnsafeRawPointer(corrections.pointer + corrections.shape[1] + first)
    product.weight_scales = corrections.pointer + first
    product.weight_starts = starts.assumingMemoryBound(to: Int32.self)
    return product
  }

  /// Rounds rows to the format of the weights.
  private func round(_ x: borrowing Tensor, to narrow: borrowing Tensor, scales: borrowing Tensor) {
    let (rows, inputs, format) = (x.shape[0], self.inputs, self.format)
    let words = Self.words(inputs, format)
    let (source, target, factors) = (x.pointer, narrow.mutablePointer, scales.mutablePointer)
    let pieces = max(1, min(4 * threads.width, rows / 16))
    threads.parallel(pieces) { piece in
      let (row, end) = (rows * piece / pieces, rows * (piece + 1) / pieces)
      let place = UnsafeMutableRawPointer(target + row * words)
      if format == PX_INT8 {
        px_quantise_rows(
          source + row * inputs, inputs, place.assumingMemoryBound(to: UInt8.self), 4 * words,
          factors + row, end - row, inputs)
      } else {
        px_narrow_rows(
          source + row * inputs, inputs, place.assumingMemoryBound(to: UInt16.self), 2 * words,
          end - row, inputs)
      }
    }
  }

  /// How the product is cut up.
  private struct Plan {
    /// Whole panels, but for the last piece.
    let outputsEach: Int
    let outputPieces: Int
    let rowPieces: Int
  }

  private func plan(rows: Int) -> Plan {
    let fitting = max(6, Self.rowBytes / (4 * Self.words(inputs, format)) / 6 * 6)
    let rowPieces = max(1, (rows + fitting - 1) / fitting)
    // Enough pieces to keep all threads busy to the end.
    let wanted = (8 * threads.width + rowPieces - 1) / rowPieces
    let groups = (outputs + Self.group - 1) / Self.group
    let each = max(1, groups / wanted) * Self.group
    return Plan(
      outputsEach: each, outputPieces: (outputs + each - 1) / each, rowPieces: rowPieces)
  }
}
