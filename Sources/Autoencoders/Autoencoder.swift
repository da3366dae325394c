public import Tensors

/// Turns pictures into small latents and back.
///
/// Latents are always the sampler's: scaling and shifting happen in here.
public protocol Autoencoder: Sendable {
  /// What the sampler's latents are divided by before they are decoded.
  var scalingFactor: Float { get }
  /// What is added after that.
  var shiftFactor: Float { get }
  var latentChannels: Int { get }
  /// Pixels of the picture to one latent pixel, in each direction.
  var spatialFactor: Int { get }
  /// The tiles that diffusers takes when tiling is on.
  var defaultTiling: Tiling { get }

  /// Multiply-adds that decoding takes as its definition has them, whatever the device saves.
  ///
  /// - Parameters:
  ///   - height: In latent pixels.
  ///   - width: In latent pixels.
  func decodingMultiplyAdds(height: Int, width: Int) -> Double
  /// Working memory for decoding a whole picture, about, without the weights.
  ///
  /// - Parameters:
  ///   - width: In pixels of the picture.
  ///   - height: In pixels of the picture.
  func decodingBytes(width: Int, height: Int) -> Int

  /// The pictures of all latents, one after the other.
  ///
  /// - Parameters:
  ///   - latents: `[count, latentChannels, height, width]`, as the sampler leaves them.
  ///   - tiling: Nil decodes every picture whole. Tiles have norms and attention of their own, so
  ///     the result differs a little.
  ///   - progress: Called with the share of the work that is done, 0...1.
  /// - Throws: `CancellationError` soon after a cancellation; ``AutoencoderError``.
  func decode(
    _ latents: Latents, tiling: Tiling?, cancellation: Cancellation, progress: (Double) -> Void
  ) throws -> [Picture]

  /// The latents of a picture, as the sampler takes them.
  ///
  /// - Parameters:
  ///   - picture: Sides are multiples of ``spatialFactor``.
  ///   - noise: Normal noise of the latents' size draws a sample where the encoder gives a
  ///     distribution; nil takes its most probable value.
  ///   - tiling: Nil encodes the picture whole.
  ///   - progress: Called with the share of the work that is done, 0...1.
  /// - Throws: `CancellationError` soon after a cancellation; ``AutoencoderError``.
  func encode(
    _ picture: Picture, noise: Latents?, tiling: Tiling?, cancellation: Cancellation,
    progress: (Double) -> Void
  ) throws -> Latents
}

extension Autoencoder {
  /// Decodes whole pictures that nobody waits for.
  public func decode(_ latents: Latents) throws -> [Picture] {
    try decode(latents, tiling: nil, cancellation: Cancellation()) { _ in }
  }

  /// The most probable latents of a whole picture.
  public func encode(_ picture: Picture) throws -> Latents {
    try encode(picture, noise: nil, tiling: nil, cancellation: Cancellation()) { _ in }
  }
}
