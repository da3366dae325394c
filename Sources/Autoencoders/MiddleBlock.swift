import Checkpoints
import Kernels
import Tensors

/// The layers at the lowest resolution: ResnetBlock, attention, ResnetBlock.
struct MiddleBlock: Sendable {
  private let before: ResnetBlock
  private let attention: PixelAttention
  private let after: ResnetBlock

  init(_ weights: Weights, channels: Int, groups: Int) throws(CheckpointError) {
    before = try ResnetBlock(
      weights["resnets.0"], inputs: channels, outputs: channels, groups: groups)
    attention = try PixelAttention(weights["attentions.0"], channels: channels, groups: groups)
    after = try ResnetBlock(
      weights["resnets.1"], inputs: channels, outputs: channels, groups: groups)
  }

  func work(pixels: Int) -> Double {
    before.work(pixels: pixels) + attention.work(pixels: pixels) + after.work(pixels: pixels)
  }

  /// - Parameter x: `[height, width, channels]`.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    x = try before(x, meter)
    x = try attention(x, meter)
    return try after(x, meter)
  }
}
