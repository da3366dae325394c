import Checkpoints
import Kernels
import Tensors

/// The layers at the lowest resolution: ResnetBlock, attention, ResnetBlock.
struct MiddleBlock: Sendable {
  private let before: ResnetBlock
  private let attention: PixelAttention?
  private let after: ResnetBlock

  init(_ weights: Weights, channels: Int, groups: Int, hasAttention: Bool)
    throws(CheckpointError)
  {
    before = try ResnetBlock(
      weights["resnets.0"], inputs: channels, outputs: channels, groups: groups)
    attention =
      hasAttention
      ? try PixelAttention(weights["attentions.0"], channels: channels, groups: groups) : nil
    after = try ResnetBlock(
      weights["resnets.1"], inputs: channels, outputs: channels, groups: groups)
  }

  func work(pixels: Int) -> Double {
    before.work(pixels: pixels) + (attention?.work(pixels: pixels) ?? 0)
      + after.work(pixels: pixels)
  }

  /// - Parameter x: `[height, width, channels]`.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    x = try before(x, meter)
    if let attention { x = try attention(x, meter) }
    return try after(x, meter)
  }
}
