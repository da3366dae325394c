/// `vae/config.json`: one of the two autoencoders that models come with.
public enum AutoencoderConfiguration: Sendable, Equatable {
  case kl(AutoencoderKLConfiguration)
  case tiny(AutoencoderTinyConfiguration)

  /// - Throws: ``ConfigurationError`` if it is another network, or a value is absent or absurd.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    let name = try file.string("_class_name")
    switch name {
    case "AutoencoderKL": self = .kl(try AutoencoderKLConfiguration(file))
    case "AutoencoderTiny": self = .tiny(try AutoencoderTinyConfiguration(file))
    default:
      throw .unsupported(
        file: file.source, key: "_class_name", found: name.quoted,
        supported: "'AutoencoderKL' or 'AutoencoderTiny'")
    }
  }

  public var latentChannels: Int {
    switch self {
    case .kl(let configuration): configuration.latentChannels
    case .tiny(let configuration): configuration.latentChannels
    }
  }

  /// What latents are multiplied by on their way to the transformer.
  public var scalingFactor: Float {
    switch self {
    case .kl(let configuration): configuration.scalingFactor
    case .tiny(let configuration): configuration.scalingFactor
    }
  }

  /// Pixels of the picture for one of the latent, in each direction.
  public var spatialFactor: Int {
    switch self {
    case .kl(let configuration): configuration.spatialFactor
    case .tiny(let configuration): configuration.spatialFactor
    }
  }
}
