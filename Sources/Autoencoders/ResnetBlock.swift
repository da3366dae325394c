import Checkpoints
import Kernels
import Tensors

/// Twice GroupNorm, SiLU and a 3×3 convolution, added to the input.
///
/// `ResnetBlock2D` of diffusers without a timestep.
struct ResnetBlock: Sendable {
  private let norm1: GroupNorm
  private let conv1: any Convolution
  private let norm2: GroupNorm
  private let conv2: any Convolution
  /// 1×1, where the number of channels changes.
  private let shortcut: (any Convolution)?
  private let workPerPixel: Double

  init(_ weights: Weights, inputs: Int, outputs: Int, groups: Int) throws(CheckpointError) {
    norm1 = try GroupNorm(weights["norm1"], groups: groups, channels: inputs)
    conv1 = try weights.convolution(
      "conv1", inputs: inputs, outputs: outputs, geometry: .same3x3)
    norm2 = try GroupNorm(weights["norm2"], groups: groups, channels: outputs)
    conv2 = try weights.convolution(
      "conv2", inputs: outputs, outputs: outputs, geometry: .same3x3)
    shortcut =
      inputs == outputs
      ? nil
      : try weights.convolution(
        "conv_shortcut", inputs: inputs, outputs: outputs, geometry: .pointwise)
    workPerPixel = Double(9 * outputs * (inputs + outputs))
  }

  func work(pixels: Int) -> Double { workPerPixel * Double(pixels) }

  /// - Parameter x: `[height, width, inputs]`.
  /// - Returns: `[height, width, outputs]`.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    var hidden = conv1.apply(norm1(x, activation: .silu))
    hidden = norm2(hidden, activation: .silu)
    if let shortcut { x = shortcut.apply(x) }
    let sum = conv2.apply(hidden, adding: x, activation: .identity)
    try meter.add(work(pixels: sum.shape[0] * sum.shape[1]))
    return sum
  }
}

extension ResnetBlock {
  /// Blocks one after the other, `resnets.0` to `resnets.(count - 1)`; the first one changes the
  /// number of channels.
  static func row(_ weights: Weights, count: Int, inputs: Int, outputs: Int, groups: Int)
    throws(CheckpointError) -> [ResnetBlock]
  {
    var blocks: [ResnetBlock] = []
    for index in 0..<count {
      blocks.append(
        try ResnetBlock(
          weights["resnets.\(index)"], inputs: index == 0 ? inputs : outputs, outputs: outputs,
          groups: groups))
    }
    return blocks
  }
}
