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

  /// What the captions contribute; it is the same at every step.
  ///
  /// - Parameter captions: Projected, `[tokens, hiddenSize]`.
  func keysAndValues(_ captions: borrowing Tensor, layout: CaptionLayout) -> KeysAndValues {
    let values = projections.toV(captions)
    let constants = layout.constants.map { constant in
      let value = projections.toOut(values.copy(rows: constant.token..<constant.token + 1))
      return Vector(value.values)
    }
    return KeysAndValues(keys: projections.toK(captions), values: values, constants: constants)
  }

  /// Adds the result to `hidden`, `[rows, hiddenSize]`.
  func callAsFunction(
    addingTo hidden: inout Tensor, caption: KeysAndValues, layout: CaptionLayout
  ) {
    for part in layout.parts {
      let mixed = device.attention(
        queries: projections.toQ(hidden, rows: part.rows), keys: caption.keys,
        values: caption.values, layout: part.attention)
      projections.toOut(mixed, addingTo: &hidden, from: part.rows.lowerBound)
    }
    for (constant, value) in zip(layout.constants, caption.constants) {
      device.add(value, to: &hidden, rows: constant.rows)
    }
  }
}

/// Keys and values of all captions in a batch, one below the other: `[tokens, hiddenSize]`.
final class KeysAndValues: Sendable {
  let keys: Tensor
  let values: Tensor
  /// What rows get that look at one token only, one for each constant of the layout.
  let constants: [Vector]

  init(keys: consuming Tensor, values: consuming Tensor, constants: [Vector]) {
    self.keys = keys
    self.values = values
    self.constants = constants
  }
}
