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
  private let channels: (inputs: Int, outputs: Int)

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
    channels = (inputs, outputs)
  }

  func work(pixels: Int) -> Double {
    work(pixels: pixels, from: channels.inputs) + work(pixels: pixels, from: channels.outputs)
  }

  private func work(pixels: Int, from inputs: Int) -> Double {
    Double(9 * inputs * channels.outputs) * Double(pixels)
  }

  /// Holds three maps at once: where channels become fewer, nothing needs more memory than here.
  ///
  /// - Parameter x: `[height, width, inputs]`.
  /// - Returns: `[height, width, outputs]`.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    let pixels = x.shape[0] * x.shape[1]
    let sum: Tensor
    var hidden: Tensor
    if let shortcut {
      sum = shortcut.apply(x)
      hidden = conv1.apply(norm1(overwriting: x, activation: .silu))
    } else {
      hidden = conv1.apply(norm1(x, activation: .silu))
      sum = x
    }
    try meter.add(work(pixels: pixels, from: channels.inputs))
    // Maps of as many channels do not come again.
    if shortcut != nil { TensorPool.shared.trim() }
    hidden = norm2(overwriting: hidden, activation: .silu)
    let result = conv2.apply(hidden, addingTo: sum, activation: .identity)
    try meter.add(work(pixels: pixels, from: channels.outputs))
    return result
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
