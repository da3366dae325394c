/// What the picture beside a step is made from.
public enum PreviewSource: String, Sendable, CaseIterable, Codable {
  /// The predicted clean latents by a linear map: an eighth of the size, at no cost.
  case denoisedLinear = "linear"
  /// The predicted clean latents by a tiny autoencoder, at full size, where the model has one.
  case denoisedTiny = "tiny"
  /// The noisy latents by a linear map.
  case noisyLinear = "noisy"
  /// No picture.
  case off
}
