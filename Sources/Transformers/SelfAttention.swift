import Checkpoints
import Kernels
import Tensors

/// Every patch of a picture looks at every patch of it; checkpoint name `attn1`.
struct SelfAttention: Sendable {
  private let projections: AttentionProjections
  private let device: any Device

  init(_ weights: Weights, hiddenSize: Int) throws(CheckpointError) {
    projections = try AttentionProjections(weights, hiddenSize: hiddenSize)
    device = weights.device
  }

  /// Of rows that are to be made for it.
  var inputFormat: InputFormat { projections.toQ.inputFormat }

  /// Adds the gated result to `hidden`.
  ///
  /// - Parameters:
  ///   - x: Normalised and modulated, `[rows, hiddenSize]` in ``inputFormat``.
  ///   - gates: `[any, hiddenSize]`, used in row `gate`.
  func callAsFunction(
    _ x: borrowing MatrixInput, addingTo hidden: inout Tensor, gates: borrowing Tensor, gate: Int,
    layout: AttentionLayout
  ) {
    let mixed = device.attention(
      queries: projections.toQ(x), keys: projections.toK(x), values: projections.toV(x),
      layout: layout)
    projections.toOut(mixed, addingTo: &hidden, gates: gates, row: gate)
  }
}

/// The four products around either attention.
struct AttentionProjections: Sendable {
  let toQ: Linear
  let toK: Linear
  let toV: Linear
  let toOut: Linear

  init(_ weights: Weights, hiddenSize width: Int) throws(CheckpointError) {
    toQ = try weights.linear("to_q", inputs: width, outputs: width)
    toK = try weights.linear("to_k", inputs: width, outputs: width)
    toV = try weights.linear("to_v", inputs: width, outputs: width)
    toOut = try weights.linear("to_out.0", inputs: width, outputs: width)
  }
}
