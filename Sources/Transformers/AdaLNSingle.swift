import Checkpoints
import Kernels
import Tensors

/// The size of the picture as α's 1024 px model is told it.
public struct MicroConditions: Sendable, Equatable {
  /// In pixels.
  public let height: Float
  /// In pixels.
  public let width: Float

  public init(height: Int, width: Int) {
    self.height = Float(height)
    self.width = Float(width)
  }

  var aspectRatio: Float { height / width }
}

/// One modulation for all blocks, from the timestep and, in α at 1024 px, the picture's size.
///
/// PixArt-α, "adaLN-single"; `AdaLayerNormSingle` in diffusers; checkpoint prefix `adaln_single`.
struct AdaLNSingle: Sendable {
  private let timestep: TimestepEmbedding
  private let size: SizeEmbedding?
  private let linear: Linear
  private let device: any Device

  init(_ weights: Weights, hiddenSize: Int, usesAdditionalConditions: Bool) throws(CheckpointError)
  {
    let embedders = weights["emb"]
    timestep = try TimestepEmbedding(embedders["timestep_embedder"], width: hiddenSize)
    size = usesAdditionalConditions ? try SizeEmbedding(embedders, hiddenSize: hiddenSize) : nil
    linear = try weights.linear("linear", inputs: hiddenSize, outputs: 6 * hiddenSize)
    device = weights.device
  }

  /// - Returns: `[1, hiddenSize]`, the embedded timestep that the output layer uses as it is.
  func embed(timestep value: Float, conditions: MicroConditions?) -> Tensor {
    var embedded = timestep(value)
    if let size, let conditions { device.add(size(conditions), to: &embedded) }
    return embedded
  }

  /// - Parameter embedded: `[1, hiddenSize]`.
  /// - Returns: `[1, 6 · hiddenSize]`: shift, scale, gate of attention, then of the feed-forward.
  func modulation(_ embedded: borrowing Tensor) -> Tensor {
    var activated = embedded.copy()
    device.activate(&activated, .silu)
    return linear(activated)
  }
}

/// Height, width and aspect ratio, each embedded in a third of the width.
///
/// PixArt-α, "Micro-conditions"; `PixArtAlphaCombinedTimestepSizeEmbeddings` in diffusers.
private struct SizeEmbedding: Sendable {
  private let resolution: TimestepEmbedding
  private let aspectRatio: TimestepEmbedding

  init(_ weights: Weights, hiddenSize: Int) throws(CheckpointError) {
    resolution = try TimestepEmbedding(weights["resolution_embedder"], width: hiddenSize / 3)
    aspectRatio = try TimestepEmbedding(weights["aspect_ratio_embedder"], width: hiddenSize / 3)
  }

  /// - Returns: `[1, hiddenSize]`.
  func callAsFunction(_ conditions: MicroConditions) -> Tensor {
    let height = resolution(conditions.height)
    let width = resolution(conditions.width)
    let ratio = aspectRatio(conditions.aspectRatio)
    return Tensor(
      [1, height.count + width.count + ratio.count],
      values: height.values + width.values + ratio.values)
  }
}
