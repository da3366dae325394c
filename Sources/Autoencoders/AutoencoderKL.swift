public import Checkpoints
import Foundation
import Kernels
public import Tensors

/// The variational autoencoder of Stable Diffusion and SDXL, which PixArt-α and PixArt-Σ use.
///
/// `AutoencoderKL` in diffusers.
public struct AutoencoderKL: Autoencoder {
  public let configuration: AutoencoderKLConfiguration
  let encoder: KLEncoder
  let decoder: KLDecoder
  let quantConv: (any Convolution)?
  let postQuantConv: (any Convolution)?

  /// - Throws: `CheckpointError` if a tensor is missing or has another shape,
  ///   ``AutoencoderError`` if it does not work on colour pictures.
  public init(_ weights: Weights, configuration: AutoencoderKLConfiguration) throws {
    try AutoencoderError.checkColour(
      inChannels: configuration.inChannels, outChannels: configuration.outChannels)
    self.configuration = configuration
    encoder = try KLEncoder(weights["encoder"], configuration)
    decoder = try KLDecoder(weights["decoder"], configuration)
    func pointwise(_ name: String, channels: Int) throws(CheckpointError) -> any Convolution {
      try weights.convolution(name, inputs: channels, outputs: channels, geometry: .pointwise)
    }
    let channels = configuration.latentChannels
    quantConv =
      configuration.useQuantConv ? try pointwise("quant_conv", channels: 2 * channels) : nil
    postQuantConv =
      configuration.usePostQuantConv ? try pointwise("post_quant_conv", channels: channels) : nil
  }

  public var scalingFactor: Float { configuration.scalingFactor }
  public var shiftFactor: Float { configuration.shiftFactor }
  public var latentChannels: Int { configuration.latentChannels }
  public var spatialFactor: Int { configuration.spatialFactor }
  public var defaultTiling: Tiling { Tiling(sampleSize: configuration.sampleSize, overlap: 0.25) }

  public func decodingMultiplyAdds(height: Int, width: Int) -> Double {
    decoder.work(pixels: height * width)
  }

  public func decodingBytes(width: Int, height: Int) -> Int {
    // The last stage's first block: input with the channels of the stage before, two maps with its
    // own; after it three of these.
    let channels = configuration.blockOutChannels
    return max(channels[min(1, channels.count - 1)] + 2 * channels[0], 3 * channels[0])
      * width * height * 4
  }

  // MARK: Decoding

  public func decode(
    _ latents: Latents, tiling: Tiling?, cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> [Picture] {
    // Maps are large, and their sizes are those of no other work.
    TensorPool.shared.trim()
    var tiles: any Tiles = WholeMap()
    if let steps = try tiling?.steps(factor: spatialFactor, leastOverlap: 0),
      max(latents.height, latents.width) > steps.latents.tile
    {
      tiles = BlendedTiles(input: steps.latents, output: steps.picture)
    }
    let pictures = try decode(
      latents, tiles: tiles, work: decoder.work(pixels:), cancellation: cancellation,
      progress: progress
    ) { tile, meter in
      guard let postQuantConv else { return try decoder(tile, meter) }
      return try decoder(postQuantConv.apply(tile), meter)
    }
    // Not after a cancellation: giving back gigabytes takes a while, and someone waits.
    TensorPool.shared.trim()
    return pictures
  }

  // MARK: Encoding

  public func encode(
    _ picture: Picture, noise: Latents?, tiling: Tiling?, cancellation: Cancellation,
    progress: (Double) -> Void
  ) throws -> Latents {
    let moments = try moments(
      of: picture, tiling: tiling, cancellation: cancellation, progress: progress)
    let count = moments.values.count / 2
    var latents = Latents(
      count: 1, channels: latentChannels, height: moments.height, width: moments.width,
      values: Array(moments.values[..<count]))
    if let noise {
      precondition(noise.shape == latents.shape, "noise \(noise.shape), latents \(latents.shape)")
      for index in 0..<count {
        let logVariance = min(max(moments.values[count + index], -30), 20)
        latents.values[index] += exp(0.5 * logVariance) * noise.values[index]
      }
    }
    return scaled(latents)
  }

  /// Means and logarithmic variances, `[2 · latentChannels, height, width]`, not scaled.
  func moments(
    of picture: Picture, tiling: Tiling?, cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> PixelMap {
    // Maps are large, and their sizes are those of no other work.
    TensorPool.shared.trim()
    var tiles: any Tiles = WholeMap()
    if let steps = try tiling?.steps(factor: spatialFactor, leastOverlap: 0),
      max(picture.height, picture.width) > steps.picture.tile
    {
      tiles = BlendedTiles(input: steps.picture, output: steps.latents)
    }
    let moments = try encode(
      picture, tiles: tiles, work: encoder.work(pixels:), cancellation: cancellation,
      progress: progress
    ) { tile, meter in
      let moments = try encoder(tile, meter)
      guard let quantConv else { return moments }
      return quantConv.apply(moments)
    }
    TensorPool.shared.trim()
    return moments
  }
}
