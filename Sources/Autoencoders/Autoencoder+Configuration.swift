public import Checkpoints

/// The autoencoder that a configuration describes.
///
/// - Throws: `CheckpointError` if a tensor is missing or has another shape, ``AutoencoderError``.
public func makeAutoencoder(_ weights: Weights, configuration: AutoencoderConfiguration) throws
  -> any Autoencoder
{
  switch configuration {
  case .kl(let configuration): try AutoencoderKL(weights, configuration: configuration)
  case .tiny(let configuration): try AutoencoderTiny(weights, configuration: configuration)
  }
}
