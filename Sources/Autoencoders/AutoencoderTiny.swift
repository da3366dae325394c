public import Checkpoints
import Foundation
public import Tensors

/// A small autoencoder for previews and for small models: TAESD and its kin.
///
/// `AutoencoderTiny` in diffusers.
public struct AutoencoderTiny: Autoencoder {
  public let configuration: AutoencoderTinyConfiguration
  private let encoder: TinyEncoder
  private let decoder: TinyDecoder

  /// - Throws: `CheckpointError` if a tensor is missing or has another shape,
  ///   ``AutoencoderError`` if it does not work on colour pictures.
  public init(_ weights: Weights, configuration: AutoencoderTinyConfiguration) throws {
    try AutoencoderError.checkColour(
      inChannels: configuration.inChannels, outChannels: configuration.outChannels)
    self.configuration = configuration
    encoder = try TinyEncoder(weights["encoder"], configuration)
    decoder = try TinyDecoder(weights["decoder"], configuration)
  }

  public var scalingFactor: Float { configuration.scalingFactor }
  public var shiftFactor: Float { 0 }
  public var latentChannels: Int { configuration.latentChannels }
  public var spatialFactor: Int { configuration.spatialFactor }
  public var defaultTiling: Tiling { Tiling(sampleSize: 512, overlap: 0.125) }

  public func decodingMultiplyAdds(height: Int, width: Int) -> Double {
    decoder.work(pixels: height * width)
  }

  public func decodingBytes(width: Int, height: Int) -> Int {
    // A block's input, that its output is written over, and two maps between its layers; the
    // stages before, a quarter each, keep theirs.
    4 * configuration.decoderChannels * width * height * 4
  }

  public func decode(
    _ latents: Latents, tiling: Tiling?, cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> [Picture] {
    var tiles: any Tiles = WholeMap()
    if let steps = try tiling?.steps(factor: spatialFactor, leastOverlap: 2) {
      tiles = RampedTiles(input: steps.latents, output: steps.picture)
    }
    return try decode(
      latents, tiles: tiles, work: decoder.work(pixels:), cancellation: cancellation,
      progress: progress
    ) { tile, meter in
      let squashed = Tensor(tile.shape, values: tile.values.map { tanh($0 / 3) * 3 })
      let brightness = try decoder(squashed, meter)
      return Tensor(brightness.shape, values: brightness.values.map { $0 * 2 - 1 })
    }
  }

  /// The encoder gives no distribution, so noise is not used.
  public func encode(
    _ picture: Picture, noise: Latents?, tiling: Tiling?, cancellation: Cancellation,
    progress: (Double) -> Void
  ) throws -> Latents {
    var tiles: any Tiles = WholeMap()
    if let steps = try tiling?.steps(factor: spatialFactor, leastOverlap: 2) {
      tiles = RampedTiles(input: steps.picture, output: steps.latents)
    }
    let latents = try encode(
      picture, tiles: tiles, work: encoder.work(pixels:), cancellation: cancellation,
      progress: progress
    ) { tile, meter in
      try encoder(Tensor(tile.shape, values: tile.values.map { ($0 + 1) / 2 }), meter)
    }
    return scaled(
      Latents(
        count: 1, channels: latents.channels, height: latents.height, width: latents.width,
        values: latents.values))
  }
}
