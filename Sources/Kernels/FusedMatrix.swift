import CKernels
import Tensors

/// A matrix with one product that does everything: bias, activation, gate, adding.
protocol FusedMatrix: Matrix {
  var name: String { get }
  /// Of weights and the rows they meet.
  var format: px_format { get }
  var threads: ThreadPool { get }

  /// - Parameter whole: Rows in ``format``, all outputs and what is done to them; weights are yet to
  ///   be set.
  func run(_ whole: px_product, rows: Int)
}

extension FusedMatrix {
  func adapted(by lowRank: LowRank) -> any Matrix { AdaptedMatrix(self, lowRank) }

  var inputFormat: InputFormat { InputFormat(kernel: format) }

  func multiply(
    _ x: borrowing Tensor, rows: Range<Int>, bias: Vector?, activation: Activation
  ) -> Tensor {
    let y = Tensor([rows.count, outputs])
    withRows(rows, of: x) { whole in
      var product = whole
      product.bias = bias?.pointer
      product.activation = activation.kernel
      run(product, rows: rows.count, into: y.mutablePointer)
    }
    return y
  }

  func multiply(_ x: borrowing MatrixInput, bias: Vector?, activation: Activation) -> Tensor {
    switch x.rows {
    case .floats(let rows): return multiply(rows, bias: bias, activation: activation)
    case .narrow(let rows):
      precondition(
        rows.format == format && rows.columns == inputs,
        "'\(name)' takes [_, \(inputs)], got [\(rows.count), \(rows.columns)] made for another")
      let y = Tensor([rows.count, outputs])
      var product = rows.product
      product.bias = bias?.pointer
      product.activation = activation.kernel
      run(product, rows: rows.count, into: y.mutablePointer)
      return y
    }
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, from row: Int
  ) {
    add(x, bias: bias, gate: nil, to: &sum, from: row)
  }

  func multiply(
    _ x: borrowing Tensor, bias: Vector?, addingTo sum: inout Tensor, gate: borrowing Tensor,
    row: Int
  ) {
    precondition(
      gate.shape[1] == outputs && row < gate.shape[0], "no gate \(row) in \(gate.shape)")
    precondition(sum.shape[0] == x.shape[0], "\(sum.shape) += [\(x.shape[0]), \(outputs)]")
    add(x, bias: bias, gate: gate.pointer + row * outputs, to: &sum, from: 0)
  }

  private func add(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?, to sum: inout Tensor,
    from row: Int
  ) {
    precondition(
      sum.shape[1] == outputs && row >= 0 && row + x.shape[0] <= sum.shape[0],
      "\(sum.shape) += [\(x.shape[0]), \(outputs)] from row \(row) on")
    let target = sum.mutablePointer + row * outputs
    withRows(0..<x.shape[0], of: x) { whole in
      var product = whole
      product.bias = bias?.pointer
      product.gate = gate
      product.adds = 1
      run(product, rows: x.shape[0], into: target)
    }
  }

  /// Calls `body` with a product of the rows in ``format``.
  private func withRows(
    _ rows: Range<Int>, of x: borrowing Tensor, _ body: (px_product) -> Void
  ) {
    precondition(x.shape[1] == inputs, "'\(name)' takes [_, \(inputs)], got \(x.shape)")
    precondition(rows.lowerBound >= 0 && rows.upperBound <= x.shape[0], "\(rows) of \(x.shape)")
    guard format == PX_FLOAT32 else {
      let narrow = NarrowRows(rows, of: x, format: format, threads: threads)
      body(narrow.product)
      return
    }
    var product = px_product()
    product.input = UnsafeRawPointer(x.pointer + rows.lowerBound * inputs)
    product.input_stride = inputs
    body(product)
  }

  /// - Parameter target: `[rows, outputs]`.
  private func run(_ rows: px_product, rows count: Int, into target: UnsafeMutablePointer<Float>) {
    var product = rows
    product.output = target
    product.output_stride = outputs
    product.outputs = outputs
    product.stop = Cancellation.current?.flag
    run(product, rows: count)
  }
}

extension px_product {
  /// Some of the outputs of the same product, the first of them that of a panel.
  func outputs(from first: Int, _ count: Int) -> px_product {
    var part = self
    part.bias? += first
    part.gate? += first
    part.output += first
    part.outputs = count
    if side_depth > 0 {
      let words = format == PX_FLOAT32 ? side_depth : (side_depth + 1) / 2
      part.side_weights += first * words * 4
      part.main_scales? += first
    }
    return part
  }
}
