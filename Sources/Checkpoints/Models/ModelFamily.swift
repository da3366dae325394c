/// The two generations of PixArt models.
public enum ModelFamily: String, Sendable, CaseIterable {
  case alpha, sigma

  /// For people.
  public var title: String { self == .alpha ? "PixArt-α" : "PixArt-Σ" }

  /// Longest prompt in tokens, the end mark included.
  public var maxTokens: Int { self == .alpha ? 120 : 300 }

  public init?(pipelineClass: String) {
    switch pipelineClass {
    case "PixArtAlphaPipeline": self = .alpha
    case "PixArtSigmaPipeline": self = .sigma
    default: return nil
    }
  }

  /// Published repositories that lend their parts to those of this family that lack some.
  static let lenders: [ModelFamily: [String]] = [
    .alpha: ["PixArt-XL-2-1024-MS", "PixArt-XL-2-512x512"],
    .sigma: ["pixart_sigma_sdxlvae_T5_diffusers", "PixArt-Sigma-XL-2-1024-MS"],
  ]
}
