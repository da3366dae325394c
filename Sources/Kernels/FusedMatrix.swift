import CKernels
import Tensors

/// A matrix with one product that does everything: bias, activation, gate, adding.
protocol FusedMatrix: Matrix {
  /// `target = activation(x · Wᵀ + bias)`, or `target += gate · (x · Wᵀ + bias)`.
  ///
  /// - Parameters:
  ///   - x: `[rows, inputs]`.
  ///   - target: `[rows, outputs]`.
  func run(
    _ x: borrowing Tensor, bias: Vector?, gate: UnsafePointer<Float>?,
    into target: UnsafeMutablePointer<Float>, adds: Bool, activation: Activation)
}

extension FusedMatrix {
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
