public import Tensors

/// A linear guess at the colours of latents: one pixel for each latent pixel, at no cost.
///
/// Show it the predicted clean latents, not the noisy ones.
public struct LatentPreview: Sendable, Equatable {
  /// Red, green and blue for each latent channel, about -1 to 1.
  public let weights: [SIMD3<Float>]
  public let bias: SIMD3<Float>

  public init(weights: [SIMD3<Float>], bias: SIMD3<Float>) {
    self.weights = weights
    self.bias = bias
  }

  /// The map for an autoencoder: a known one by its scaling factor, else one fitted to it.
  ///
  /// - Throws: What decoding a few latents throws.
  public init(for autoencoder: any Autoencoder) throws {
    switch (autoencoder.latentChannels, autoencoder.scalingFactor) {
    case (4, 0.18215): self = .stableDiffusion
    case (4, 0.13025): self = .stableDiffusionXL
    case (4, 0.5538867712): self = .defaultModel
    default: try self.init(fitting: autoencoder)
    }
  }

  /// Stable Diffusion 1's latents, as PixArt-α has them; constants of ComfyUI.
  public static let stableDiffusion = LatentPreview(
    weights: [
      [0.3512, 0.2297, 0.3227], [0.3250, 0.4974, 0.2350], [-0.2829, 0.1762, 0.2721],
      [-0.2120, -0.2616, -0.7177],
    ], bias: [0, 0, 0])

  /// SDXL's latents, as PixArt-Σ has them; constants of ComfyUI.
  public static let stableDiffusionXL = LatentPreview(
    weights: [
      [0.3651, 0.4232, 0.4341], [-0.2533, -0.0042, 0.1068], [0.1076, 0.1111, -0.0362],
      [-0.3165, -0.2492, -0.2188],
    ], bias: [0.1084, -0.0175, -0.0011])

  /// The latents of the model that comes with the program.
  ///
  /// Least squares over 300 of its training pictures on random backgrounds: encoded, decoded,
  /// averaged over 8×8 pixels. What remains has a root mean square of 0.20, of 0.55 before.
  public static let defaultModel = LatentPreview(
    weights: [
      [0.3710, -0.0071, 0.5809], [-0.2521, 0.1941, -0.4923], [0.3181, 0.0429, -0.9236],
      [-0.1740, -0.5606, 0.5664],
    ], bias: [0.1607, 0.2029, 0.0088])

  /// A picture as small as the latents.
  ///
  /// - Parameter index: Which one of several.
  public func image(_ latents: Latents, index: Int = 0) -> PixelImage {
    precondition(
      latents.channels == weights.count,
      "latents \(latents.shape) for a map of \(weights.count) channels")
    let pixels = latents.height * latents.width
    let start = index * latents.channels * pixels
    var bytes = [UInt8](repeating: 0, count: 3 * pixels)
    for pixel in 0..<pixels {
      var colour = bias
      for (channel, weight) in weights.enumerated() {
        colour += latents.values[start + channel * pixels + pixel] * weight
      }
      for c in 0..<3 { bytes[3 * pixel + c] = Picture.level(colour[c] * 0.5 + 0.5) }
    }
    return PixelImage(width: latents.width, height: latents.height, bytes: bytes)
  }
}
