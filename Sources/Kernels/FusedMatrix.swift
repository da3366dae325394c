import CKernels
import Tensors

/// A matrix with one product that does everything: bias, activation, gate, adding.
protocol FusedMatrix: Matrix {
  var format: px_format { get }
  var threads: ThreadPool { get }
  var name: String { get }

  /// `target = activation(x · Wᵀ + bias)`, or `target += gate · (x · Wᵀ + bias)`.
  ///
  /// - Parameters:
  ///   - whole: Rows in ``format``; weights, outputs and how they are written are yet to be set.
  ///   - target: `[rows, outputs]`.
  func run(
    _ whole: px_product, rows: Int, into target: UnsafeMutablePointer<Float>, adds: Bool)
}

extension FusedMatrix {
  var inputFormat: InputFormat { InputFormat(kernel: format) }

  func multiply(_ x: borrowing MatrixInput, bias: Vector?, activation: Activation) -> Tensor {
    switch x.rows {
    case .floats(let rows):
      precondition(format == PX_FLOAT32, "'\(name)' does not take floats")
      return multiply(rows, bias: bias, activation: activation)
    case .narrow(let rows):
      precondition(
        rows.format == format && rows.columns == inputs,
        "'\(name)' takes [_, \(inputs)], got [\(rows.count), \(rows.columns)]")
      let y = Tensor([rows.count, outputs])
      var product = rows.product
      product.bias = bias?.pointer
      product.activation = activation.kernel
      run(product, rows: rows.count, into: y.mutablePointer, adds: false)
      return y
    }
  }

  private func run(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, adds: Bool, activation: Activation
  ) {
    precondition(x.shape[1] == inputs, "'\(name)' takes [_, \(inputs)], got \(x.shape)")
    guard format == PX_FLOAT32 else {
      let rows = NarrowRows(x, format: format, threads: threads)
      var product = rows.product
      product.bias = bias?.pointer
      product.gate = gate
      product.activation = activation.kernel
      return run(product, rows: x.shape[0], into: target, adds: adds)
    }
    var product = px_product()
    product.input = UnsafeRawPointer(x.pointer)
    product.input_stride = inputs
    product.bias = bias?.pointer
    product.gate = gate
    product.activation = activation.kernel
    run(product, rows: x.shape[0], into: target, adds: adds)
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
}
