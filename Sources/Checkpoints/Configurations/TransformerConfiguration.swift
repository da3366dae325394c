/// `transformer/config.json`: the size and the kind of a PixArt transformer.
///
/// `PixArtTransformer2DModel` in diffusers, older files name it `Transformer2DModel`.
public struct TransformerConfiguration: Sendable, Equatable {
  public let numLayers: Int
  public let numAttentionHeads: Int
  public let attentionHeadDim: Int
  /// Width of the text encoder.
  public let captionChannels: Int
  /// Of the latent.
  public let inChannels: Int
  /// Twice ``inChannels`` if the network also predicts a variance.
  public let outChannels: Int
  /// Side of the latent that the network was trained at.
  public let sampleSize: Int
  public let patchSize: Int
  /// What position embeddings are divided by.
  public let interpolationScale: Float
  public let normEpsilon: Float
  /// Whether size and aspect ratio are fed to the network, as PixArt-α does at 1024 px.
  ///
  /// A configuration can be wrong about it: ``agreeing(with:)`` asks the weights.
  public private(set) var useAdditionalConditions: Bool

  public var hiddenSize: Int { numAttentionHeads * attentionHeadDim }
  /// Side of the token grid that position embeddings are scaled to.
  public var baseSize: Int { sampleSize / patchSize }
  /// Side of the picture in pixels that the network was trained at.
  public var nativeSize: Int { sampleSize * 8 }

  /// - Throws: ``ConfigurationError`` if a value is absent, absurd or of another network.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    try Self.checkKind(file)
    numLayers = try file.integer("num_layers", in: 1...512)
    numAttentionHeads = try file.integer("num_attention_heads", in: 1...512)
    attentionHeadDim = try file.integer("attention_head_dim", in: 1...1024)
    captionChannels = try file.integer("caption_channels", in: 1...65_536)
    inChannels = try file.integer("in_channels", in: 1...64, default: 4)
    outChannels = try file.integer("out_channels", in: 1...128, default: inChannels)
    patchSize = try file.integer("patch_size", in: 1...16, default: 2)
    sampleSize = try file.integer("sample_size", in: 1...4096)
    normEpsilon = Float(try file.number("norm_eps", in: 1e-12...0.1, default: 1e-6))
    // diffusers' rules for keys that are absent or null.
    interpolationScale = Float(
      try file.number(
        "interpolation_scale", in: 1e-3...1000, default: Double(max(sampleSize / 64, 1))))
    useAdditionalConditions = try file.bool(
      "use_additional_conditions", default: sampleSize == 128)
    try checkSizes(file)
  }

  private static func checkKind(_ file: ConfigurationFile) throws(ConfigurationError) {
    let name = try file.string("_class_name", default: "PixArtTransformer2DModel")
    let normType = try file.string("norm_type", default: "ada_norm_single")
    guard
      name == "PixArtTransformer2DModel"
        || name == "Transformer2DModel" && normType == "ada_norm_single"
    else {
      throw .unsupported(
        file: file.source, key: "_class_name",
        found: name.quoted + (name == "Transformer2DModel" ? " (norm \(normType.quoted))" : ""),
        supported: "a PixArt transformer, 'PixArtTransformer2DModel'")
    }
    try file.require("norm_type", .string("ada_norm_single"))
    try file.require("activation_fn", .string("gelu-approximate"))
    try file.require("attention_type", .string("default"))
    try file.require("attention_bias", .bool(true))
    for key in [
      "norm_elementwise_affine", "double_self_attention", "only_cross_attention",
      "use_linear_projection",
    ] {
      try file.require(key, .bool(false))
    }
  }

  private func checkSizes(_ file: ConfigurationFile) throws(ConfigurationError) {
    guard hiddenSize <= 65_536, hiddenSize % 4 == 0 else {
      throw file.bad(
        "attention_head_dim",
        "a width (\(numAttentionHeads) heads times it) of at most 65536 and a multiple of 4")
    }
    let crossAttentionDim = try file.integer(
      "cross_attention_dim", in: 1...65_536, default: hiddenSize)
    guard crossAttentionDim == hiddenSize else {
      throw file.bad(
        "cross_attention_dim", "\(hiddenSize), the width of its captions inside the network,")
    }
    guard outChannels == inChannels || outChannels == 2 * inChannels else {
      throw file.bad("out_channels", "\(inChannels) or \(2 * inChannels)")
    }
    guard sampleSize % patchSize == 0 else {
      throw file.bad("sample_size", "a multiple of patch_size (\(patchSize))")
    }
  }

  /// The same with ``useAdditionalConditions`` as the weights have it.
  ///
  /// Configurations are unreliable about it: PixArt-α's lack the key, and so did the first of
  /// PixArt-Σ, for which the default is wrong.
  public func agreeing(with checkpoint: Checkpoint) -> TransformerConfiguration {
    var other = self
    other.useAdditionalConditions = checkpoint.contains(
      "adaln_single.emb.resolution_embedder.linear_1.weight")
    return other
  }
}
