import Checkpoints
import Kernels
import Tensors

/// From a picture to mean and logarithmic variance of its latents: `Encoder` of diffusers'
/// `AutoencoderKL`, prefix `encoder`.
struct KLEncoder: Sendable {
  let convIn: any Convolution
  let downBlocks: [DownBlock]
  let middle: MiddleBlock
  let normOut: GroupNorm
  let convOut: any Convolution

  init(_ weights: Weights, _ configuration: AutoencoderKLConfiguration) throws(CheckpointError) {
    let channels = configuration.blockOutChannels
    let (shallowest, deepest) = (channels[0], channels[channels.count - 1])
    let groups = configuration.normNumGroups
    convIn = try weights.convolution(
      "conv_in", inputs: configuration.inChannels, outputs: shallowest, geometry: .same3x3)
    var downBlocks: [DownBlock] = []
    for (index, outputs) in channels.enumerated() {
      downBlocks.append(
        try DownBlock(
          weights["down_blocks.\(index)"], inputs: channels[max(0, index - 1)], outputs: outputs,
          layers: configuration.layersPerBlock, groups: groups,
          downsamples: index < channels.count - 1))
    }
    self.downBlocks = downBlocks
    middle = try MiddleBlock(weights["mid_block"], channels: deepest, groups: groups)
    normOut = try GroupNorm(weights["conv_norm_out"], groups: groups, channels: deepest)
    convOut = try weights.convolution(
      "conv_out", inputs: deepest, outputs: 2 * configuration.latentChannels, geometry: .same3x3)
  }

  /// Multiply-adds for a picture of so many pixels, but for the first and last layer.
  func work(pixels: Int) -> Double {
    var (sum, pixels) = (0.0, pixels)
    for block in downBlocks {
      sum += block.work(pixels: pixels)
      pixels /= block.shrinkage
    }
    return sum + middle.work(pixels: pixels)
  }

  /// - Parameter picture: `[height, width, 3]`.
  /// - Returns: `[height / 8, width / 8, 2 · latentChannels]` with four levels of resolution.
  func callAsFunction(_ picture: borrowing Tensor, _ meter: WorkMeter) throws -> Tensor {
    var x = convIn.apply(picture)
    for block in downBlocks { x = try block(x, meter) }
    x = try middle(x, meter)
    x = normOut(overwriting: x, activation: .silu)
    return convOut.apply(x)
  }
}

/// ResnetBlocks at one resolution, then half that resolution.
struct DownBlock: Sendable {
  private let resnets: [ResnetBlock]
  private let downsampler: (any Convolution)?
  private let channels: Int

  init(
    _ weights: Weights, inputs: Int, outputs: Int, layers: Int, groups: Int, downsamples: Bool
  ) throws(CheckpointError) {
    resnets = try ResnetBlock.row(
      weights, count: layers, inputs: inputs, outputs: outputs, groups: groups)
    // Zeros to the right and below only.
    let geometry = ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 0, padAfter: 1)
    downsampler =
      downsamples
      ? try weights.convolution(
        "downsamplers.0.conv", inputs: outputs, outputs: outputs, geometry: geometry) : nil
    channels = outputs
  }

  /// Pixels before the block to one after.
  var shrinkage: Int { downsampler == nil ? 1 : 4 }

  func work(pixels: Int) -> Double {
    resnets.reduce(downsamplerWork(pixels: pixels)) { $0 + $1.work(pixels: pixels) }
  }

  private func downsamplerWork(pixels: Int) -> Double {
    downsampler == nil ? 0 : Double(9 * channels * channels) * Double(pixels / shrinkage)
  }

  /// - Parameter x: `[height, width, inputs]`.
  /// - Returns: `[height, width, outputs]` or half the height and width.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    for resnet in resnets { x = try resnet(x, meter) }
    guard let downsampler else { return x }
    let pixels = x.shape[0] * x.shape[1]
    x = downsampler.apply(x)
    try meter.add(downsamplerWork(pixels: pixels))
    // Memory of the last resolution is of no use at this one.
    TensorPool.shared.trim()
    return x
  }
}
