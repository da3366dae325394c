import Checkpoints

/// What an autoencoder computes and holds, from its configuration alone.
struct AutoencoderWork {
  private let configuration: AutoencoderConfiguration

  init(_ configuration: AutoencoderConfiguration) { self.configuration = configuration }

  // MARK: Operations

  /// Multiply-adds of decoding, but for the first and last layer.
  ///
  /// - Parameters:
  ///   - size: Of the picture.
  ///   - tiled: Whether overlapping tiles are decoded one by one.
  func decoding(_ size: PictureSize, tiled: Bool) -> Double {
    let factor = configuration.spatialFactor
    return tiles(size, tiled: tiled).reduce(0) { sum, tile in
      sum + decoding(latentPixels: tile.width / factor * (tile.height / factor))
    }
  }

  /// Multiply-adds of encoding a picture.
  func encoding(_ size: PictureSize, tiled: Bool) -> Double {
    tiles(size, tiled: tiled).reduce(0) { $0 + encoding(pixels: $1.width * $1.height) }
  }

  private func decoding(latentPixels: Int) -> Double {
    switch configuration {
    case .kl(let kl):
      let channels = Array(kl.blockOutChannels.reversed())
      var pixels = latentPixels
      var sum = middle(channels[0], pixels: pixels)
      for (stage, outputs) in channels.enumerated() {
        sum += resnets(
          from: channels[max(0, stage - 1)], to: outputs, count: kl.layersPerBlock + 1,
          pixels: pixels)
        guard stage < channels.count - 1 else { break }
        pixels *= 4
        sum += convolution(outputs, outputs) * Double(pixels)
      }
      return sum
    case .tiny(let tiny):
      return tiny.numDecoderBlocks.enumerated().reduce(0) { sum, stage in
        sum + self.tiny(tiny.decoderChannels, stage.element)
          * Double(latentPixels << (2 * stage.offset))
      }
    }
  }

  private func encoding(pixels: Int) -> Double {
    switch configuration {
    case .kl(let kl):
      let channels = kl.blockOutChannels
      var (sum, pixels) = (0.0, pixels)
      for (stage, outputs) in channels.enumerated() {
        sum += resnets(
          from: channels[max(0, stage - 1)], to: outputs, count: kl.layersPerBlock, pixels: pixels)
        guard stage < channels.count - 1 else { break }
        pixels /= 4
        sum += convolution(outputs, outputs) * Double(pixels)
      }
      return sum + middle(channels[channels.count - 1], pixels: pixels)
    case .tiny(let tiny):
      return tiny.numEncoderBlocks.enumerated().reduce(0) { sum, stage in
        sum + self.tiny(tiny.encoderChannels, stage.element) * Double(pixels >> (2 * stage.offset))
      }
    }
  }

  /// Of a pixel.
  private func convolution(_ inputs: Int, _ outputs: Int) -> Double { Double(9 * inputs * outputs) }

  private func resnets(from inputs: Int, to outputs: Int, count: Int, pixels: Int) -> Double {
    let second = convolution(outputs, outputs)
    let first = convolution(inputs, outputs) + Double(count - 1) * second
    return (first + Double(count) * second) * Double(pixels)
  }

  /// Two residual blocks around an attention of all pixels.
  private func middle(_ channels: Int, pixels: Int) -> Double {
    let attention = Double(pixels) * Double(2 * channels) * Double(2 * channels + pixels)
    return resnets(from: channels, to: channels, count: 2, pixels: pixels) + attention
  }

  /// Of a pixel: blocks of three convolutions, and one more.
  private func tiny(_ channels: Int, _ blocks: Int) -> Double {
    convolution(channels, channels) * Double(3 * blocks + 1)
  }

  // MARK: Memory

  /// Working memory of decoding, in bytes.
  func decodingBytes(_ size: PictureSize, tiled: Bool) -> Int {
    // The picture is copied from tensor to map, fitted and rounded; tiles overlap.
    let copies = 60 * size.width * size.height
    let tile = tiles(size, tiled: tiled).map { $0.width * $0.height }.max() ?? 0
    return copies + floats(inPixel) * tile
  }

  /// Floats for each pixel of the last stage, where the largest maps are.
  private var inPixel: Int {
    switch configuration {
    case .kl(let kl):
      // Its first block holds its input, with the channels of the stage before, and two maps with
      // its own; later ones three of these.
      let channels = kl.blockOutChannels
      return max(channels[min(1, channels.count - 1)] + 2 * channels[0], 3 * channels[0])
    case .tiny(let tiny):
      // A block's input and two maps; the stages before, a quarter each, keep theirs.
      return 4 * tiny.decoderChannels
    }
  }

  private func floats(_ count: Int) -> Int { 4 * count }

  // MARK: Tiles

  /// Sizes of what is worked on one after the other.
  private func tiles(_ size: PictureSize, tiled: Bool) -> [PictureSize] {
    guard tiled else { return [size] }
    let side: Int
    let overlap: Double
    switch configuration {
    case .kl(let kl):
      (side, overlap) = (kl.sampleSize, 0.25)
      if max(size.width, size.height) <= side { return [size] }
    case .tiny: (side, overlap) = (512, 0.125)
    }
    let stride = max(1, side - Int(Double(side) * overlap))
    return Swift.stride(from: 0, to: size.height, by: stride).flatMap { top in
      Swift.stride(from: 0, to: size.width, by: stride).map { left in
        PictureSize(width: min(side, size.width - left), height: min(side, size.height - top))
      }
    }
  }
}
