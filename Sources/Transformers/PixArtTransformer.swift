public import Checkpoints
import Kernels
public import Tensors

/// The diffusion transformer of PixArt-α and PixArt-Σ: predicts the noise in latents.
///
/// PixArt-α, "Efficient T2I Transformer"; `PixArtTransformer2DModel` in diffusers. The same code for
/// all sizes, depths and widths; α's micro-conditions are there when the configuration has them.
public struct PixArtTransformer: Sendable {
  public let configuration: TransformerConfiguration
  let patchEmbedding: PatchEmbedding
  let adaLNSingle: AdaLNSingle
  let captionProjection: CaptionProjection
  let blocks: [TransformerBlock]
  let output: OutputLayer

  /// - Throws: ``CheckpointError`` if a tensor is missing or has another shape.
  public init(_ weights: Weights, configuration: TransformerConfiguration) throws(CheckpointError) {
    self.configuration = configuration
    let width = configuration.hiddenSize
    patchEmbedding = try PatchEmbedding(
      weights["pos_embed"], channels: configuration.inChannels,
      patchSize: configuration.patchSize, hiddenSize: width)
    adaLNSingle = try AdaLNSingle(
      weights["adaln_single"], hiddenSize: width,
      usesAdditionalConditions: configuration.useAdditionalConditions)
    captionProjection = try CaptionProjection(
      weights["caption_projection"], captionChannels: configuration.captionChannels,
      hiddenSize: width)
    var blocks: [TransformerBlock] = []
    for index in 0..<configuration.numLayers {
      blocks.append(
        try TransformerBlock(
          weights["transformer_blocks.\(index)"], hiddenSize: width,
          epsilon: configuration.normEpsilon))
    }
    self.blocks = blocks
    output = try OutputLayer(
      weights, hiddenSize: width, patchSize: configuration.patchSize,
      channels: configuration.outChannels, epsilon: configuration.normEpsilon)
    device = weights.device
  }

  private let device: any Device

  /// Does what a run needs once: caption keys and values for every block, positions, layouts.
  ///
  /// - Parameters:
  ///   - captions: One for each picture of the batch, real tokens only: padding is masked in
  ///     PixArt, so leaving it out is exact.
  ///   - height: Of the latents, a multiple of the patch size.
  ///   - width: Of the latents, a multiple of the patch size.
  ///   - vaeScaleFactor: Pixels a latent pixel covers, for α's micro-conditions.
  public func prepare(
    captions: [TokenEmbeddings], height: Int, width: Int, vaeScaleFactor: Int = 8
  ) -> TransformerContext {
    let size = configuration.patchSize
    precondition(
      height % size == 0 && width % size == 0, "\(height)x\(width) is not made of \(size)x\(size)")
    let (rows, columns, count) = (height / size, width / size, captions.count)
    let tokens = captions.reduce(0) { $0 + $1.tokens }
    let projected = captionProjection(
      Tensor([tokens, configuration.captionChannels], values: captions.flatMap(\.values)))
    let positions = PositionEmbedding.table(
      rows: rows, columns: columns, width: configuration.hiddenSize,
      baseSize: configuration.baseSize,
      interpolationScale: configuration.interpolationScale)
    let layouts = layouts(patches: rows * columns, captionTokens: captions.map(\.tokens))
    return TransformerContext(
      count: count, rows: rows, columns: columns,
      conditions: configuration.useAdditionalConditions
        ? MicroConditions(height: height * vaeScaleFactor, width: width * vaeScaleFactor) : nil,
      positions: Tensor(
        [count * rows * columns, configuration.hiddenSize],
        values: (0..<count).flatMap { _ in positions }),
      layouts: layouts,
      captions: blocks.map { $0.crossAttention.keysAndValues(projected, layout: layouts.caption) })
  }

  private func layouts(patches: Int, captionTokens: [Int]) -> TransformerContext.Layouts {
    let scale = 1 / Float(configuration.attentionHeadDim).squareRoot()
    let heads = configuration.numAttentionHeads
    let own = captionTokens.indices.map { index in
      let rows = index * patches..<(index + 1) * patches
      return AttentionLayout.Segment(queries: rows, keys: rows)
    }
    return .init(
      patches: AttentionLayout(heads: heads, scale: scale, segments: own),
      caption: CaptionLayout(
        patches: patches, captionTokens: captionTokens, heads: heads, scale: scale))
  }

  /// Predicts noise (channels 0..<4) and variance (the rest) for a batch.
  ///
  /// - Parameters:
  ///   - latents: `[count, inChannels, height, width]`, as many as the context has captions.
  ///   - timestep: 0...999, not always whole.
  ///   - cancellation: Looked at inside every operation.
  ///   - progress: Called with the share of the blocks that is done, above 0 up to 1.
  /// - Returns: `[count, outChannels, height, width]`.
  /// - Throws: `CancellationError`.
  public func callAsFunction(
    _ latents: Latents, timestep: Float, context: TransformerContext, cancellation: Cancellation,
    progress: (Double) -> Void = { _ in }
  ) throws(CancellationError) -> Latents {
    try cancellation.whileCurrent { () throws(CancellationError) in
      try cancellation.check()
      var state = start(latents, timestep: timestep, context: context)
      for index in blocks.indices {
        run(block: index, on: &state, context: context)
        try cancellation.check()
        progress(Double(index + 1) / Double(blocks.count))
      }
      let output = finish(state, context: context)
      try cancellation.check()
      return output
    }
  }
}

/// The three phases of a forward pass, for whoever decides which blocks run.
extension PixArtTransformer {
  /// Between two blocks: tokens and what modulates them.
  package struct State: ~Copyable {
    /// `[count · rows · columns, hiddenSize]`.
    package var hidden: Tensor
    /// `[1, hiddenSize]`.
    package let embedded: Tensor
    /// `[1, 6 · hiddenSize]`.
    package let modulation: Tensor
  }

  package func start(_ latents: Latents, timestep: Float, context: TransformerContext) -> State {
    precondition(
      latents.count == context.count && latents.channels == configuration.inChannels
        && latents.height == context.rows * configuration.patchSize
        && latents.width == context.columns * configuration.patchSize,
      "latents \(latents.shape) for \(context.count) captions")
    var hidden = patchEmbedding(latents)
    device.add(context.positions, to: &hidden)
    let embedded = adaLNSingle.embed(timestep: timestep, conditions: context.conditions)
    let modulation = adaLNSingle.modulation(embedded)
    return State(hidden: hidden, embedded: embedded, modulation: modulation)
  }

  package func run(block index: Int, on state: inout State, context: TransformerContext) {
    blocks[index](
      &state.hidden, modulation: state.modulation, caption: context.captions[index],
      layouts: context.layouts)
  }

  package func finish(_ state: borrowing State, context: TransformerContext) -> Latents {
    output(state.hidden, embedded: state.embedded, rows: context.rows, columns: context.columns)
  }
}
