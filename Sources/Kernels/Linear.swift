public import Tensors

/// `y = x · Wᵀ + b`.
public struct Linear: Sendable {
  private let weight: any Matrix
  private let bias: Vector?

  public init(weight: any Matrix, bias: Vector?) {
    precondition(bias.map { $0.count == weight.outputs } ?? true, "one bias for each output")
    self.weight = weight
    self.bias = bias
  }

  public var outputs: Int { weight.outputs }
  /// Of rows that are to be made for it.
  public var inputFormat: InputFormat { weight.inputFormat }

  /// - Parameter x: `[rows, inputs]`.
  /// - Returns: `[rows, outputs]`.
  public func callAsFunction(_ x: borrowing Tensor, activation: Activation = .identity) -> Tensor {
    weight.multiply(x, bias: bias, activation: activation)
  }

  /// - Parameter x: `[rows, inputs]` in ``inputFormat``.
  /// - Returns: `[rows, outputs]`.
  public func callAsFunction(_ x: borrowing MatrixInput, activation: Activation = .identity)
    -> Tensor
  {
    weight.multiply(x, bias: bias, activation: activation)
  }

  /// `sum += gate · (x · Wᵀ + b)` with the gate in a row of `gates`.
  public func callAsFunction(
    _ x: borrowing Tensor, addingTo sum: inout Tensor, gates: borrowing Tensor, row: Int
  ) {
    weight.multiply(x, bias: bias, addingTo: &sum, gate: gates, row: row)
  }

  /// Of some rows of x.
  ///
  /// - Parameter x: `[any, inputs]`.
  /// - Returns: `[rows.count, outputs]`.
  public func callAsFunction(_ x: borrowing Tensor, rows: Range<Int>) -> Tensor {
    weight.multiply(x, rows: rows, bias: bias, activation: .identity)
  }

  /// `sum += x · Wᵀ + b`, in as many rows of the sum as x has, from `row` on.
  public func callAsFunction(
    _ x: borrowing Tensor, addingTo sum: inout Tensor, from row: Int = 0
  ) {
    weight.multiply(x, bias: bias, addingTo: &sum, from: row)
  }
}
