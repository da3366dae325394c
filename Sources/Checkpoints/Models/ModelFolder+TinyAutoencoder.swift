public import Foundation

/// A tiny autoencoder in the folder `tiny_vae` beside `vae`: an extra for fast previews.
///
/// No part of diffusers' layout; a model is whole without it, and it is never borrowed.
extension ModelFolder {
  /// Its folder, if the model has one.
  public var tinyAutoencoder: URL? {
    let part = folder.appending(path: "tiny_vae")
    return part.appending(path: "config.json").isFile ? part : nil
  }

  /// - Throws: ``ConfigurationError``.
  public func tinyAutoencoderConfiguration(in part: URL) throws -> AutoencoderConfiguration {
    try AutoencoderConfiguration(ConfigurationFile(part.appending(path: "config.json")))
  }
}
