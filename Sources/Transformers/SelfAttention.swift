import Checkpoints
import Kernels
import Tensors

/// Every patch of a picture looks at every patch of it; checkpoint name `attn1`.
struct SelfAttention: Sendable {
  private let toQ: Linear
  private let toK: Linear
  private let toV: Linear
  private let toOut: Linear
  private let device: any Device

  init(_ weights: Weights, hiddenSize width: Int) throws(CheckpointError) {
    toQ = try weights.linear("to_q", inputs: width, outputs: width)
    toK = try weights.linear("to_k", inputs: width, outputs: width)
    toV = try weights.linear("to_v", inputs: width, outputs: width)
    toOut = try weights.linear("to_out.0", inputs: width, outputs: width)
    device = weights.device
  }

  /// Adds the gated result to `hidden`.
  ///
  /// - Parameters:
  ///   - x: Normalised and modulated, `[rows, hiddenSize]`.
  ///   - gates: `[any, hiddenSize]`, used in row `gate`.
  func callAsFunction(
    _ x: borrowing Tensor, addingTo hidden: inout Tensor, gates: borrowing Tensor, gate: Int,
    layout: AttentionLayout
  ) {
    let mixed = device.attention(queries: toQ(x), keys: toK(x), values: toV(x), layout: layout)
    toOut(mixed, addingTo: &hidden, gates: gates, row: gate)
  }
}
