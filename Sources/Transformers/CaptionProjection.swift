import Checkpoints
import Kernels
import Tensors

/// Brings caption features to the transformer's width: Linear, GELU (tanh), Linear.
///
/// PixArt-α, "Efficient T2I Transformer"; `PixArtAlphaTextProjection` in diffusers; checkpoint prefix
/// `caption_projection`.
struct CaptionProjection: Sendable {
  private let linear1: Linear
  private let linear2: Linear

  init(_ weights: Weights, captionChannels: Int, hiddenSize: Int) throws(CheckpointError) {
    linear1 = try weights.linear("linear_1", inputs: captionChannels, outputs: hiddenSize)
    linear2 = try weights.linear("linear_2", inputs: hiddenSize, outputs: hiddenSize)
  }

  /// - Parameter caption: `[tokens, captionChannels]`.
  /// - Returns: `[tokens, hiddenSize]`.
  func callAsFunction(_ caption: borrowing Tensor) -> Tensor {
    linear2(linear1(caption, activation: .geluTanh))
  }
}
