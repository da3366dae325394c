/// `text_encoder/config.json`: the sizes of a `T5EncoderModel`.
public struct T5Configuration: Sendable, Equatable {
  public var vocabularySize = 32128
  /// `d_model`.
  public var hiddenSize = 4096
  /// `d_ff`.
  public var feedForwardSize = 10240
  /// `d_kv`.
  public var headDimension = 64
  public var heads = 64
  public var layers = 24
  public var relativeAttentionBuckets = 32
  public var relativeAttentionMaxDistance = 128
  public var normEpsilon: Float = 1e-6

  public init() {}
}
