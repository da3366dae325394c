import Tensors

extension Autoencoder {
  /// Divides, shifts and decodes latents, picture by picture and tile by tile.
  ///
  /// - Parameters:
  ///   - work: Multiply-adds for a tile of so many latent pixels.
  ///   - decodeTile: From `[height, width, latentChannels]` to `[8 height, 8 width, 3]`.
  func decode(
    _ latents: Latents, tiles: any Tiles, work: (Int) -> Double, cancellation: Cancellation,
    progress: (Double) -> Void, _ decodeTile: (borrowing Tensor, WorkMeter) throws -> Tensor
  ) throws -> [Picture] {
    precondition(
      latents.channels == latentChannels,
      "latents \(latents.shape) for an autoencoder of \(latentChannels) channels")
    let total =
      Double(latents.count) * tiles.work(height: latents.height, width: latents.width, work)
    return try WorkMeter.run(total: total, cancellation: cancellation, progress: progress) {
      meter in
      try (0..<latents.count).map { index in
        var map = PixelMap(latents, index: index)
        map.values = map.values.map { $0 / scalingFactor + shiftFactor }
        let picture = try tiles(map) { try decodeTile($0, meter) }
        return Picture(height: picture.height, width: picture.width, values: picture.values)
      }
    }
  }

  /// Encodes a picture tile by tile; the result is neither shifted nor scaled.
  ///
  /// - Parameters:
  ///   - work: Multiply-adds for a tile of so many pixels.
  ///   - encodeTile: From `[height, width, 3]` to `[height / 8, width / 8, any]`.
  func encode(
    _ picture: Picture, tiles: any Tiles, work: (Int) -> Double, cancellation: Cancellation,
    progress: (Double) -> Void, _ encodeTile: (borrowing Tensor, WorkMeter) throws -> Tensor
  ) throws -> PixelMap {
    let factor = spatialFactor
    guard picture.width > 0, picture.height > 0, picture.width % factor == 0,
      picture.height % factor == 0
    else {
      throw AutoencoderError.unevenPicture(
        width: picture.width, height: picture.height, factor: factor)
    }
    return try WorkMeter.run(
      total: tiles.work(height: picture.height, width: picture.width, work),
      cancellation: cancellation, progress: progress
    ) { meter in
      try tiles(PixelMap(picture)) { try encodeTile($0, meter) }
    }
  }

  /// What the sampler takes: shifted, then scaled.
  func scaled(_ latents: Latents) -> Latents {
    latents.with(latents.values.map { ($0 - shiftFactor) * scalingFactor })
  }
}
