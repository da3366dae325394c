/// What a device's call was for; in the order of a table.
enum WorkKind: Hashable, Comparable, CustomStringConvertible {
  case queriesKeysValues, attention, attentionOutput
  case crossQueries, crossAttention, crossOutput
  case feedForwardIn, feedForwardOut
  /// On a picture of so many pixels a side.
  case convolution(side: Int)
  case groupNorm(side: Int)
  case norms
  case elementwise
  case otherProducts

  var description: String {
    switch self {
    case .queriesKeysValues: "queries, keys, values"
    case .attention: "self-attention"
    case .attentionOutput: "self-attention's output"
    case .crossQueries: "cross-attention's queries"
    case .crossAttention: "cross-attention"
    case .crossOutput: "cross-attention's output"
    case .feedForwardIn: "feed-forward in"
    case .feedForwardOut: "feed-forward out"
    case .convolution(let side): "convolutions at \(side)"
    case .groupNorm(let side): "group norms at \(side)"
    case .norms: "norms"
    case .elementwise: "elementwise"
    case .otherProducts: "other products"
    }
  }

  /// - Parameter weight: A matrix's name in a checkpoint of the transformer or the text encoder.
  static func product(with weight: String) -> WorkKind {
    let endings: [(String, WorkKind)] = [
      ("attn1.to_q", .queriesKeysValues), ("attn1.to_k", .queriesKeysValues),
      ("attn1.to_v", .queriesKeysValues), ("attn1.to_out.0", .attentionOutput),
      ("attn2.to_q", .crossQueries), ("attn2.to_out.0", .crossOutput),
      ("ff.net.0.proj", .feedForwardIn), ("ff.net.2", .feedForwardOut),
      ("SelfAttention.q", .queriesKeysValues), ("SelfAttention.k", .queriesKeysValues),
      ("SelfAttention.v", .queriesKeysValues), ("SelfAttention.o", .attentionOutput),
      ("DenseReluDense.wi_0", .feedForwardIn), ("DenseReluDense.wi_1", .feedForwardIn),
      ("DenseReluDense.wo", .feedForwardOut),
    ]
    return endings.first { weight.hasSuffix($0.0 + ".weight") }?.1 ?? .otherProducts
  }
}
