/// `text_encoder/config.json`: the size of a T5 v1.1 encoder.
public struct T5Configuration: Sendable, Equatable {
  public let numLayers: Int
  public let numHeads: Int
  /// Width of the text features.
  public let dModel: Int
  /// Width inside the feed-forward layers.
  public let dFF: Int
  /// Width of one head; heads together may be wider than ``dModel``.
  public let dKV: Int
  public let vocabSize: Int
  public let relativeAttentionNumBuckets: Int
  public let relativeAttentionMaxDistance: Int
  public let layerNormEpsilon: Float

  public var innerDim: Int { numHeads * dKV }

  /// - Throws: ``ConfigurationError`` if a value is absent, absurd or of another network.
  public init(_ file: ConfigurationFile) throws(ConfigurationError) {
    try file.require("model_type", .string("t5"))
    let projection = try file.string("feed_forward_proj", default: "relu")
    guard projection == "gated-gelu" else {
      throw .unsupported(
        file: file.source, key: "feed_forward_proj", found: projection.quoted,
        supported: "'gated-gelu', a T5 of version 1.1,")
    }
    try file.require("dense_act_fn", .string("gelu_new"))
    numLayers = try file.integer("num_layers", in: 1...512)
    numHeads = try file.integer("num_heads", in: 1...512)
    dModel = try file.integer("d_model", in: 1...65_536)
    dFF = try file.integer("d_ff", in: 1...262_144)
    dKV = try file.integer("d_kv", in: 1...1024)
    vocabSize = try file.integer("vocab_size", in: 3...1_000_000)
    relativeAttentionNumBuckets = try file.integer(
      "relative_attention_num_buckets", in: 4...4096, default: 32)
    relativeAttentionMaxDistance = try file.integer(
      "relative_attention_max_distance", in: 2...65_536, default: 128)
    layerNormEpsilon = Float(try file.number("layer_norm_epsilon", in: 1e-12...0.1, default: 1e-6))
    guard relativeAttentionNumBuckets % 4 == 0 else {
      throw file.bad("relative_attention_num_buckets", "a multiple of 4")
    }
    guard relativeAttentionMaxDistance > relativeAttentionNumBuckets / 4 else {
      throw file.bad(
        "relative_attention_max_distance", "more than \(relativeAttentionNumBuckets / 4)")
    }
  }
}
