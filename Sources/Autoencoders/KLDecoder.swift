import Checkpoints
import Kernels
import Tensors

/// From latents to a picture: `Decoder` of diffusers' `AutoencoderKL`, prefix `decoder`.
struct KLDecoder: Sendable {
  let convIn: any Convolution
  let middle: MiddleBlock
  let upBlocks: [UpBlock]
  let normOut: GroupNorm
  let convOut: any Convolution

  init(_ weights: Weights, _ configuration: AutoencoderKLConfiguration) throws(CheckpointError) {
    let channels = Array(configuration.blockOutChannels.reversed())
    let (deepest, shallowest) = (channels[0], channels[channels.count - 1])
    let groups = configuration.normNumGroups
    convIn = try weights.convolution(
      "conv_in", inputs: configuration.latentChannels, outputs: deepest, geometry: .same3x3)
    middle = try MiddleBlock(weights["mid_block"], channels: deepest, groups: groups)
    var upBlocks: [UpBlock] = []
    for (index, outputs) in channels.enumerated() {
      upBlocks.append(
        try UpBlock(
          weights["up_blocks.\(index)"], inputs: channels[max(0, index - 1)], outputs: outputs,
          layers: configuration.layersPerBlock + 1, groups: groups,
          upsamples: index < channels.count - 1))
    }
    self.upBlocks = upBlocks
    normOut = try GroupNorm(weights["conv_norm_out"], groups: groups, channels: shallowest)
    convOut = try weights.convolution(
      "conv_out", inputs: shallowest, outputs: configuration.outChannels, geometry: .same3x3)
  }

  /// Multiply-adds for latents of so many pixels, but for the first and last layer.
  func work(pixels: Int) -> Double {
    var (sum, pixels) = (middle.work(pixels: pixels), pixels)
    for block in upBlocks {
      sum += block.work(pixels: pixels)
      pixels *= block.growth
    }
    return sum
  }

  /// - Parameter latents: `[height, width, latentChannels]`.
  /// - Returns: `[8 height, 8 width, 3]` with four levels of resolution.
  func callAsFunction(_ latents: borrowing Tensor, _ meter: WorkMeter) throws -> Tensor {
    var x = try middle(convIn.apply(latents), meter)
    for block in upBlocks { x = try block(x, meter) }
    x = normOut(overwriting: x, activation: .silu)
    return convOut.apply(x)
  }
}

/// ResnetBlocks at one resolution, then twice that resolution.
struct UpBlock: Sendable {
  private let resnets: [ResnetBlock]
  private let upsampler: (any Convolution)?
  private let channels: Int

  init(
    _ weights: Weights, inputs: Int, outputs: Int, layers: Int, groups: Int, upsamples: Bool
  ) throws(CheckpointError) {
    resnets = try ResnetBlock.row(
      weights, count: layers, inputs: inputs, outputs: outputs, groups: groups)
    upsampler =
      upsamples
      ? try weights.convolution(
        "upsamplers.0.conv", inputs: outputs, outputs: outputs, geometry: .upsampling3x3) : nil
    channels = outputs
  }

  /// Pixels after the block to one before.
  var growth: Int { upsampler == nil ? 1 : 4 }

  func work(pixels: Int) -> Double {
    resnets.reduce(upsamplerWork(pixels: pixels)) { $0 + $1.work(pixels: pixels) }
  }

  private func upsamplerWork(pixels: Int) -> Double {
    upsampler == nil ? 0 : Double(9 * channels * channels) * Double(growth * pixels)
  }

  /// - Parameter x: `[height, width, inputs]`.
  /// - Returns: `[height, width, outputs]` or twice the height and width.
  func callAsFunction(_ x: consuming Tensor, _ meter: WorkMeter) throws -> Tensor {
    for resnet in resnets { x = try resnet(x, meter) }
    guard let upsampler else { return x }
    let pixels = x.shape[0] * x.shape[1]
    x = upsampler.apply(x)
    try meter.add(upsamplerWork(pixels: pixels))
    // Memory of the last resolution is of no use at this one.
    TensorPool.shared.trim()
    return x
  }
}
