public import Checkpoints
import Kernels
public import Tensors

/// The encoder of T5 v1.1: turns token ids into one vector a token.
///
/// `T5EncoderModel` in transformers. Runs real tokens only, which is exact: attention never looks at
/// padding. Weights stay mapped, as they are stored or as they were packed.
public struct T5Encoder: Sendable {
  public let configuration: T5Configuration
  let embedding: StoredTensor
  let blocks: [T5Block]
  let positions: RelativePositions
  private let finalNorm: Vector
  private let device: any Device

  /// - Throws: ``CheckpointError`` if a tensor is missing or has another shape.
  public init(_ weights: Weights, configuration: T5Configuration) throws(CheckpointError) {
    self.configuration = configuration
    let width = configuration.dModel
    let shared = weights.contains("shared.weight") ? "shared.weight" : "encoder.embed_tokens.weight"
    embedding = try weights.tensor(shared, shape: [configuration.vocabSize, width])
    let encoder = weights["encoder"]
    positions = try RelativePositions(
      encoder["block.0.layer.0.SelfAttention.relative_attention_bias"],
      configuration: configuration)
    var blocks: [T5Block] = []
    for index in 0..<configuration.numLayers {
      blocks.append(try T5Block(encoder["block.\(index).layer"], configuration: configuration))
    }
    self.blocks = blocks
    finalNorm = try encoder.vector("final_layer_norm.weight", count: width)
    device = weights.device
  }

  /// - Parameters:
  ///   - ids: Real tokens of one prompt, the end-of-text token included; each below the
  ///     vocabulary's size.
  ///   - cancellation: Looked at inside every operation.
  ///   - progress: Called with the share of the blocks that is done, above 0 up to 1.
  /// - Returns: `[tokens, hiddenSize]`.
  /// - Throws: `CancellationError`.
  public func callAsFunction(
    _ ids: [Int], cancellation: Cancellation, progress: (Double) -> Void = { _ in }
  ) throws(CancellationError) -> TokenEmbeddings {
    try cancellation.whileCurrent { () throws(CancellationError) in
      try cancellation.check()
      var hidden = device.rows(ids, of: embedding)
      let layout = layout(tokens: ids.count)
      for (index, block) in blocks.enumerated() {
        block(&hidden, layout: layout)
        try cancellation.check()
        progress(Double(index + 1) / Double(blocks.count))
      }
      let normed = device.rmsNorm(
        hidden, weight: finalNorm, epsilon: configuration.layerNormEpsilon)
      try cancellation.check()
      return TokenEmbeddings(
        tokens: ids.count, channels: configuration.dModel, values: normed.values)
    }
  }

  func layout(tokens: Int) -> AttentionLayout {
    AttentionLayout(
      heads: configuration.numHeads, scale: 1,  // T5 does not scale its scores
      segments: [.init(queries: 0..<tokens, keys: 0..<tokens)],
      relativeBias: positions.bias(reach: tokens))
  }
}

/// Self-attention and a gated feed-forward, each on normalised input and added to it.
struct T5Block: Sendable {
  private let attentionNorm: Vector
  private let q: Linear
  private let k: Linear
  private let v: Linear
  private let o: Linear
  private let feedForwardNorm: Vector
  private let gate: Linear
  private let expand: Linear
  private let contract: Linear
  private let epsilon: Float
  private let device: any Device

  /// - Parameter weights: Below `encoder.block.i.layer`.
  init(_ weights: Weights, configuration: T5Configuration) throws(CheckpointError) {
    let (width, inner) = (
      configuration.dModel, configuration.innerDim
    )
    attentionNorm = try weights.vector("0.layer_norm.weight", count: width)
    let attention = weights["0.SelfAttention"]
    q = try attention.linear("q", inputs: width, outputs: inner, bias: false)
    k = try attention.linear("k", inputs: width, outputs: inner, bias: false)
    v = try attention.linear("v", inputs: width, outputs: inner, bias: false)
    o = try attention.linear("o", inputs: inner, outputs: width, bias: false)
    feedForwardNorm = try weights.vector("1.layer_norm.weight", count: width)
    let dense = weights["1.DenseReluDense"]
    gate = try dense.linear(
      "wi_0", inputs: width, outputs: configuration.dFF, bias: false)
    expand = try dense.linear(
      "wi_1", inputs: width, outputs: configuration.dFF, bias: false)
    contract = try dense.linear(
      "wo", inputs: configuration.dFF, outputs: width, bias: false)
    epsilon = configuration.layerNormEpsilon
    device = weights.device
  }

  /// - Parameter hidden: `[tokens, hiddenSize]`, replaced.
  func callAsFunction(_ hidden: inout Tensor, layout: AttentionLayout) {
    let attended = device.rmsNorm(
      hidden, weight: attentionNorm, epsilon: epsilon, as: q.inputFormat)
    let mixed = device.attention(
      queries: q(attended), keys: k(attended), values: v(attended), layout: layout)
    o(mixed, addingTo: &hidden)

    let fed = device.rmsNorm(
      hidden, weight: feedForwardNorm, epsilon: epsilon, as: gate.inputFormat)
    var gated = gate(fed, activation: .geluTanh)
    device.multiply(&gated, by: expand(fed))
    contract(gated, addingTo: &hidden)
  }
}
