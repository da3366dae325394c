import Kernels
import Tensors

/// A matrix whose products are measured.
struct MeteredMatrix: Matrix {
  let base: any Matrix
  let kind: WorkKind
  let format: Precision
  let meter: WorkMeter

  var outputs: Int { base.outputs }
  var inputs: Int { base.inputs }
  var inputFormat: InputFormat { base.inputFormat }

  private func add(rows: Int, since start: ContinuousClock.Instant) {
    meter.add(
      kind, seconds: start.secondsSince,
      operations: 2 * Double(rows) * Double(inputs) * Double(outputs), format: format)
  }

  func multiply(
    _ x: borrowing Tensor, rows: Range<Int>, bias: Vector?, activation: Activation
  ) -> Tensor {
    let start = ContinuousClock.now
    let y = base.multiply(x, rows: rows, bias: bias, activation: activation)
    add(rows: rows.count, since: start)
    return y
  }

  func multiply(_ x: borrowing MatrixInput, bias: Vector?, activation: Activation) -> Tensor {
    let start = ContinuousClock.now
    let y = base.multiply(x, bias: bias, activation: activation)
    add(rows: x.count, since: start)
    return y
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int
  ) {
    let start = ContinuousClock.now
    base.multiply(x, bias: bias, addingTo: &sum, gate: gate, row: row)
    add(rows: x.shape[0], since: start)
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, from row: Int
  ) {
    let start = ContinuousClock.now
    base.multiply(x, bias: bias, addingTo: &sum, from: row)
    add(rows: x.shape[0], since: start)
  }

  func adapted(by lowRank: LowRank) -> any Matrix {
    MeteredMatrix(base: base.adapted(by: lowRank), kind: kind, format: format, meter: meter)
  }
}

/// A convolution that is measured by the side of its output.
struct MeteredConvolution: Convolution {
  let base: any Convolution
  /// `[outputs, inputs, kernel, kernel]`.
  let filters: Shape
  let geometry: ConvolutionGeometry
  let format: Precision
  let meter: WorkMeter

  private func add(_ x: borrowing Tensor, since start: ContinuousClock.Instant) {
    let height = geometry.outputExtent(x.shape[0])
    let pixels = Double(height) * Double(geometry.outputExtent(x.shape[1]))
    meter.add(
      .convolution(side: height), seconds: start.secondsSince,
      operations: 2 * pixels * Double(filters.count), format: format)
  }

  func apply(_ x: borrowing Tensor, activation: Activation) -> Tensor {
    let start = ContinuousClock.now
    let y = base.apply(x, activation: activation)
    add(x, since: start)
    return y
  }

  func apply(
    _ x: borrowing Tensor, addingTo sum: consuming Tensor, activation: Activation
  ) -> Tensor {
    let start = ContinuousClock.now
    let y = base.apply(x, addingTo: sum, activation: activation)
    add(x, since: start)
    return y
  }
}
