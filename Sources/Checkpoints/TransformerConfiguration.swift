/// `transformer/config.json`: the sizes of a `PixArtTransformer2DModel`.
public struct TransformerConfiguration: Sendable, Equatable {
  public var layers = 28
  public var heads = 16
  public var headDimension = 72
  public var captionChannels = 4096
  public var inChannels = 4
  public var outChannels = 8
  public var patchSize = 2
  public var sampleSize = 128
  public var interpolationScale: Double = 2
  public var usesAdditionalConditions = false
  public var normEpsilon: Float = 1e-6

  public init() {}

  public var hiddenSize: Int { heads * headDimension }
}
