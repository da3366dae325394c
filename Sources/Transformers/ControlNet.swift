public import Checkpoints
import Kernels
import Tensors

/// Copies of a transformer's first blocks that look at a picture of edges and lead the others along it.
///
/// PixArt-δ, "ControlNet-Transformer"; `ControlPixArtHalf` and `ControlPixArtMSHalf` of PixArt-alpha.
/// Checkpoint names `controlnet.i.copied_block`, `controlnet.i.after_proj` and
/// `controlnet.0.before_proj`, within a block diffusers'.
public struct ControlNet: Sendable {
  /// A copied block, and how its result joins the tokens of the next block of the transformer.
  struct Copy: Sendable {
    let block: TransformerBlock
    let afterProjection: Linear

    init(_ weights: Weights, hiddenSize width: Int, epsilon: Float) throws(CheckpointError) {
      block = try TransformerBlock(weights["copied_block"], hiddenSize: width, epsilon: epsilon)
      afterProjection = try weights.linear("after_proj", inputs: width, outputs: width)
    }
  }

  let beforeProjection: Linear
  let copies: [Copy]
  let device: any Device

  /// - Parameters:
  ///   - configuration: Of the transformer that is led.
  ///   - copies: 1 and more, fewer than the transformer has blocks.
  /// - Throws: ``CheckpointError`` if a tensor is missing or has another shape.
  public init(
    _ weights: Weights, configuration: TransformerConfiguration, copies count: Int
  ) throws(CheckpointError) {
    precondition(
      count > 0 && count < configuration.numLayers,
      "\(count) copies for \(configuration.numLayers) blocks")
    let width = configuration.hiddenSize
    beforeProjection = try weights["controlnet.0"].linear(
      "before_proj", inputs: width, outputs: width)
    var copies: [Copy] = []
    for index in 0..<count {
      copies.append(
        try Copy(
          weights["controlnet.\(index)"], hiddenSize: width, epsilon: configuration.normEpsilon))
    }
    self.copies = copies
    device = weights.device
  }

  /// How many blocks are copied.
  public var count: Int { copies.count }
}

/// What of a ControlNet stays the same over all steps of a run: condition, captions, scale.
///
/// Made by ``PixArtTransformer/prepare(_:condition:captions:context:scale:)``.
public final class ControlContext: Sendable {
  let net: ControlNet
  /// Embedded, with positions, behind `before_proj`; for every picture of the batch the same:
  /// `[count · rows · columns, hiddenSize]`.
  let condition: Tensor
  /// One for each copied block.
  let captions: [KeysAndValues]
  /// Of what is added to the tokens.
  let scale: Float
  /// `[1, hiddenSize]`, all of it ``scale``.
  let scales: Tensor

  init(
    net: ControlNet, condition: consuming Tensor, captions: [KeysAndValues], scale: Float
  ) {
    self.net = net
    self.condition = condition
    self.captions = captions
    self.scale = scale
    let width = net.beforeProjection.outputs
    scales = Tensor([1, width], values: [Float](repeating: scale, count: width))
  }
}
