import Checkpoints
import Kernels
import Tensors

/// Three 3×3 convolutions with ReLU, the input added before the last: `AutoencoderTinyBlock`.
struct TinyBlock: Sendable {
  private let first: any Convolution
  private let second: any Convolution
  private let third: any Convolution

  init(_ weights: Weights, channels: Int) throws(CheckpointError) {
    func layer(_ name: String) throws(CheckpointError) -> any Convolution {
      try weights.convolution(name, inputs: channels, outputs: channels, geometry: .same3x3)
    }
    first = try layer("conv.0")
    second = try layer("conv.2")
    third = try layer("conv.4")
  }

  /// - Parameter x: `[height, width, channels]`.
  func callAsFunction(_ x: consuming Tensor) -> Tensor {
    var hidden = first.apply(x, activation: .relu)
    hidden = second.apply(hidden, activation: .relu)
    return third.apply(hidden, addingTo: x, activation: .relu)
  }
}

/// Blocks at one resolution with the convolution that leads there or away.
struct TinyStage: Sendable {
  let blocks: [TinyBlock]
  let convolution: any Convolution
  private let channels: Int

  /// - Parameters:
  ///   - weights: All layers, numbered.
  ///   - firstBlock: Number of the first block's layer.
  init(
    _ weights: Weights, firstBlock: Int, blocks count: Int, channels: Int,
    convolution: any Convolution
  ) throws(CheckpointError) {
    var blocks: [TinyBlock] = []
    for index in 0..<count {
      blocks.append(try TinyBlock(weights["\(firstBlock + index)"], channels: channels))
    }
    self.blocks = blocks
    self.convolution = convolution
    self.channels = channels
  }

  /// Multiply-adds of the blocks and one more convolution.
  func work(pixels: Int) -> Double {
    Double(9 * channels * channels) * Double(3 * blocks.count + 1) * Double(pixels)
  }
}

/// From latents to a picture: `DecoderTiny` of diffusers, prefix `decoder`.
struct TinyDecoder: Sendable {
  private let input: any Convolution
  private let stages: [TinyStage]

  init(_ weights: Weights, _ configuration: AutoencoderTinyConfiguration) throws(CheckpointError) {
    let layers = weights["layers"]
    let channels = configuration.decoderChannels
    let counts = configuration.numDecoderBlocks
    input = try layers.convolution(
      "0", inputs: configuration.latentChannels, outputs: channels, geometry: .same3x3)
    var stages: [TinyStage] = []
    // Number 1 is the activation.
    var next = 2
    for (index, count) in counts.enumerated() {
      let isLast = index == counts.count - 1
      // Between blocks and convolution stands the upsampling, except in the last stage.
      let last = next + count + (isLast ? 0 : 1)
      let convolution = try layers.convolution(
        "\(last)", inputs: channels, outputs: isLast ? configuration.outChannels : channels,
        geometry: isLast ? .same3x3 : .upsampling3x3, bias: isLast)
      stages.append(
        try TinyStage(
          layers, firstBlock: next, blocks: count, channels: channels, convolution: convolution))
      next = last + 1
    }
    self.stages = stages
  }

  /// Multiply-adds for latents of so many pixels.
  func work(pixels: Int) -> Double {
    stages.enumerated().reduce(0) { $0 + $1.element.work(pixels: pixels << (2 * $1.offset)) }
  }

  /// - Parameter latents: `[height, width, latentChannels]`.
  /// - Returns: `[8 height, 8 width, 3]` with four stages, brightness 0...1.
  func callAsFunction(_ latents: borrowing Tensor, _ meter: WorkMeter) throws -> Tensor {
    var x = input.apply(latents, activation: .relu)
    for stage in stages {
      let work = stage.work(pixels: x.shape[0] * x.shape[1])
      for block in stage.blocks {
        x = block(x)
        try meter.add(work / Double(stage.blocks.count + 1))
      }
      x = stage.convolution.apply(x)
      try meter.add(work / Double(stage.blocks.count + 1))
    }
    return x
  }
}

/// From a picture to latents: `EncoderTiny` of diffusers, prefix `encoder`.
struct TinyEncoder: Sendable {
  private let stages: [TinyStage]
  private let output: any Convolution

  init(_ weights: Weights, _ configuration: AutoencoderTinyConfiguration) throws(CheckpointError) {
    let layers = weights["layers"]
    let channels = configuration.encoderChannels
    let halving = ConvolutionGeometry(kernel: 3, stride: 2, padBefore: 1, padAfter: 1)
    var stages: [TinyStage] = []
    var next = 0
    for (index, count) in configuration.numEncoderBlocks.enumerated() {
      let isFirst = index == 0
      let convolution = try layers.convolution(
        "\(next)", inputs: isFirst ? configuration.inChannels : channels, outputs: channels,
        geometry: isFirst ? .same3x3 : halving, bias: isFirst)
      stages.append(
        try TinyStage(
          layers, firstBlock: next + 1, blocks: count, channels: channels,
          convolution: convolution))
      next += count + 1
    }
    self.stages = stages
    output = try layers.convolution(
      "\(next)", inputs: channels, outputs: configuration.latentChannels, geometry: .same3x3)
  }

  /// Multiply-adds for a picture of so many pixels.
  func work(pixels: Int) -> Double {
    stages.enumerated().reduce(0) { $0 + $1.element.work(pixels: pixels >> (2 * $1.offset)) }
  }

  /// - Parameter picture: `[height, width, 3]`, brightness 0...1.
  /// - Returns: `[height / 8, width / 8, latentChannels]` with four stages.
  func callAsFunction(_ picture: borrowing Tensor, _ meter: WorkMeter) throws -> Tensor {
    var x = stages[0].convolution.apply(picture)
    for (index, stage) in stages.enumerated() {
      if index > 0 { x = stage.convolution.apply(x) }
      let work = stage.work(pixels: x.shape[0] * x.shape[1])
      try meter.add(work / Double(stage.blocks.count + 1))
      for block in stage.blocks {
        x = block(x)
        try meter.add(work / Double(stage.blocks.count + 1))
      }
    }
    return output.apply(x)
  }
}
