import Checkpoints
import Kernels
public import Tensors

/// A forward pass that a ControlNet leads.
///
/// Copy `i` looks at what copy `i - 1` made and feeds block `i + 1` of the transformer; the first
/// one looks at the output of block 0 with the condition added to it.
extension PixArtTransformer {
  /// Does what a run needs once: the condition's tokens, caption keys and values of the copies.
  ///
  /// - Parameters:
  ///   - condition: Latents of the picture of edges, one for all pictures of the batch and of their
  ///     size.
  ///   - captions: Those that the context was made of.
  ///   - context: Made by this transformer.
  ///   - scale: What the copies' results are multiplied by; 1 is how they were trained.
  public func prepare(
    _ net: ControlNet, condition: Latents, captions: [TokenEmbeddings],
    context: TransformerContext, scale: Float = 1
  ) -> ControlContext {
    let patches = context.rows * context.columns
    precondition(
      condition.count == 1 && condition.channels == configuration.inChannels
        && condition.height == context.rows * configuration.patchSize
        && condition.width == context.columns * configuration.patchSize,
      "a condition \(condition.shape) for \(context.rows)x\(context.columns) patches")
    var tokens = patchEmbedding(condition)
    net.device.add(context.positions.copy(rows: 0..<patches), to: &tokens)
    let one = net.beforeProjection(tokens)
    var all = Tensor([context.count * patches, configuration.hiddenSize])
    for picture in 0..<context.count { all.replaceRows(from: picture * patches, by: one) }

    let channels = configuration.captionChannels
    let projected = captionProjection(
      Tensor(
        [captions.reduce(0) { $0 + $1.tokens }, channels], values: captions.flatMap(\.values)))
    let keysAndValues = net.copies.map {
      $0.block.crossAttention.keysAndValues(projected, layout: context.layouts.caption)
    }
    return ControlContext(
      net: net, condition: all, captions: keysAndValues, scale: scale)
  }

  /// Predicts noise (channels 0..<4) and variance (the rest) for a batch, led by a ControlNet.
  ///
  /// - Parameters:
  ///   - latents: `[count, inChannels, height, width]`, as many as the context has captions.
  ///   - timestep: 0...999, not always whole.
  ///   - cancellation: Looked at inside every operation.
  ///   - progress: Called with the share of all blocks that is done, above 0 up to 1.
  /// - Returns: `[count, outChannels, height, width]`.
  /// - Throws: `CancellationError`.
  public func callAsFunction(
    _ latents: Latents, timestep: Float, context: TransformerContext, control: ControlContext,
    cancellation: Cancellation, progress: (Double) -> Void = { _ in }
  ) throws(CancellationError) -> Latents {
    try cancellation.whileCurrent { () throws(CancellationError) in
      try cancellation.check()
      let count = Double(blocks.count + control.net.count)
      var done = 0.0
      func pass() throws(CancellationError) {
        try cancellation.check()
        done += 1
        progress(done / count)
      }
      var state = start(latents, timestep: timestep, context: context)
      run(block: 0, on: &state, context: context)
      try pass()
      var led = begin(control, at: state)
      for index in 1..<blocks.count {
        if index <= control.net.count {
          run(copy: index - 1, of: control, on: &led, state: &state, context: context)
          try pass()
        }
        run(block: index, on: &state, context: context)
        try pass()
      }
      let output = finish(state, context: context)
      try cancellation.check()
      return output
    }
  }

  /// The tokens that the first copy looks at: those behind block 0 with the condition added.
  ///
  /// - Returns: `[count · rows · columns, hiddenSize]`.
  package func begin(_ control: ControlContext, at state: borrowing State) -> Tensor {
    var tokens = state.hidden.copy()
    control.net.device.add(control.condition, to: &tokens)
    return tokens
  }

  /// Runs a copied block on its own tokens and adds its result to the transformer's.
  package func run(
    copy index: Int, of control: ControlContext, on tokens: inout Tensor,
    state: inout State, context: TransformerContext
  ) {
    let copy = control.net.copies[index]
    copy.block(
      &tokens, modulation: state.modulation, caption: control.captions[index],
      layouts: context.layouts)
    if control.scale == 1 {
      copy.afterProjection(tokens, addingTo: &state.hidden)
    } else {
      copy.afterProjection(tokens, addingTo: &state.hidden, gates: control.scales, row: 0)
    }
  }
}
