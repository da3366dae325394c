import Checkpoints
import Kernels
import Tensors

/// Every patch looks at the caption's tokens; checkpoint name `attn2`.
///
/// Neither normalised before nor gated after, unlike the block's other two parts.
struct CrossAttention: Sendable {
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

  /// What the caption contributes; it is the same at every step.
  ///
  /// - Parameter caption: Projected, `[tokens, hiddenSize]`.
  func keysAndValues(_ caption: borrowing Tensor) -> KeysAndValues {
    KeysAndValues(keys: toK(caption), values: toV(caption))
  }

  /// Adds the result to `hidden`, `[rows, hiddenSize]`.
  func callAsFunction(
    addingTo hidden: inout Tensor, caption: KeysAndValues, layout: AttentionLayout
  ) {
    let mixed = device.attention(
      queries: toQ(hidden), keys: caption.keys, values: caption.values, layout: layout)
    toOut(mixed, addingTo: &hidden)
  }
}

/// Keys and values of all captions in a batch, one below the other: `[tokens, hiddenSize]`.
final class KeysAndValues: Sendable {
  let keys: Tensor
  let values: Tensor

  init(keys: consuming Tensor, values: consuming Tensor) {
    self.keys = keys
    self.values = values
  }
}
