import Checkpoints
import Kernels
import Tensors

/// Self-attention, cross-attention and feed-forward, modulated by adaLN-single.
///
/// PixArt-α, "Efficient T2I Transformer"; `BasicTransformerBlock` with `ada_norm_single` in
/// diffusers; checkpoint prefix `transformer_blocks.i`.
struct TransformerBlock: Sendable {
  let selfAttention: SelfAttention
  let crossAttention: CrossAttention
  private let expand: Linear
  private let contract: Linear
  /// `[6, hiddenSize]`, added to the modulation that all blocks share.
  private let scaleShiftTable: Vector
  private let hiddenSize: Int
  private let epsilon: Float
  private let device: any Device

  init(_ weights: Weights, hiddenSize width: Int, epsilon: Float) throws(CheckpointError) {
    selfAttention = try SelfAttention(weights["attn1"], hiddenSize: width)
    crossAttention = try CrossAttention(weights["attn2"], hiddenSize: width)
    expand = try weights.linear("ff.net.0.proj", inputs: width, outputs: 4 * width)
    contract = try weights.linear("ff.net.2", inputs: 4 * width, outputs: width)
    device = weights.device
    scaleShiftTable = device.vector(
      try weights.tensor("scale_shift_table", shape: [6, width]).reshaped([6 * width]))
    hiddenSize = width
    self.epsilon = epsilon
  }

  /// - Parameters:
  ///   - hidden: `[rows, hiddenSize]`, replaced.
  ///   - modulation: `[1, 6 · hiddenSize]`.
  ///   - caption: This block's own keys and values.
  func callAsFunction(
    _ hidden: inout Tensor, modulation: borrowing Tensor, caption: KeysAndValues,
    layouts: TransformerContext.Layouts
  ) {
    var shared = modulation.copy()
    device.add(scaleShiftTable, to: &shared)
    let rows = shared.reshaped([6, hiddenSize])

    let attended = device.layerNorm(
      hidden, epsilon: epsilon, modulation: rows, shift: 0, scale: 1,
      as: selfAttention.inputFormat)
    selfAttention(attended, addingTo: &hidden, gates: rows, gate: 2, layout: layouts.patches)
    crossAttention(addingTo: &hidden, caption: caption, layout: layouts.caption)
    let fed = device.layerNorm(
      hidden, epsilon: epsilon, modulation: rows, shift: 3, scale: 4, as: expand.inputFormat)
    contract(expand(fed, activation: .geluTanh), addingTo: &hidden, gates: rows, row: 5)
  }
}
