import Checkpoints
import Kernels
import Tensors

/// Every patch looks at the caption's tokens; checkpoint name `attn2`.
///
/// Neither normalised before nor gated after, unlike the block's other two parts.
struct CrossAttention: Sendable {
  private let projections: AttentionProjections
  private let device: any Device

  init(_ weights: Weights, hiddenSize: Int) throws(CheckpointError) {
    projections = try AttentionProjections(weights, hiddenSize: hiddenSize)
    device = weights.device
  }

  /// What the caption contributes; it is the same at every step.
  ///
  /// - Parameter caption: Projected, `[tokens, hiddenSize]`.
  func keysAndValues(_ caption: borrowing Tensor) -> KeysAndValues {
    KeysAndValues(keys: projections.toK(caption), values: projections.toV(caption))
  }

  /// Adds the result to `hidden`, `[rows, hiddenSize]`.
  func callAsFunction(
    addingTo hidden: inout Tensor, caption: KeysAndValues, layout: AttentionLayout
  ) {
    let mixed = device.attention(
      queries: projections.toQ(hidden), keys: caption.keys, values: caption.values, layout: layout)
    projections.toOut(mixed, addingTo: &hidden)
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
