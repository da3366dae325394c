public import Foundation

/// A tiny autoencoder in the folder `tiny_vae` beside `vae`: an extra for fast previews.
///
/// No part of diffusers' layout; a model is whole without it. It goes with the autoencoder, whose
/// latents it reads, wherever that is borrowed from.
extension ModelFolder {
  /// Its folder, if there is one.
  public var tinyAutoencoder: URL? {
    let model = parts[.autoencoder]?.folder.deletingLastPathComponent() ?? folder
    let part = model.appending(path: "tiny_vae")
    return part.appending(path: "config.json").isFile ? part : nil
  }

  /// - Throws: ``ConfigurationError``.
  public func tinyAutoencoderConfiguration(in part: URL) throws -> AutoencoderConfiguration {
    try AutoencoderConfiguration(ConfigurationFile(part.appending(path: "config.json")))
  }
}
