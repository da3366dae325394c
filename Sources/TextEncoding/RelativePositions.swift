import Checkpoints
import Foundation
import Kernels
import Tensors

/// T5's score bias: a learned number for each head and bucket of distance.
///
/// T5, "Architecture"; `T5Attention._relative_position_bucket` in transformers. The first layer's
/// table serves all layers.
struct RelativePositions: Sendable {
  private let table: [Float]
  private let heads: Int
  private let buckets: Int
  private let maxDistance: Int

  init(_ weights: Weights, configuration: T5Configuration) throws(CheckpointError) {
    heads = configuration.numHeads
    buckets = configuration.relativeAttentionNumBuckets
    maxDistance = configuration.relativeAttentionMaxDistance
    table = try weights.tensor("weight", shape: [buckets, heads]).widened()
  }

  /// The bias of every head for sequences of at most `reach` tokens.
  func bias(reach: Int) -> RelativeBias {
    let distances = (1 - reach)..<reach  // query - key
    let rows = distances.map {
      Self.bucket(keyMinusQuery: -$0, buckets: buckets, maxDistance: maxDistance)
    }
    return RelativeBias(
      reach: reach, values: (0..<heads).flatMap { head in rows.map { table[$0 * heads + head] } })
  }

  /// Half of the buckets for each direction; near distances one by one, far ones logarithmically.
  static func bucket(keyMinusQuery distance: Int, buckets: Int, maxDistance: Int) -> Int {
    let half = buckets / 2
    let base = distance > 0 ? half : 0
    let near = half / 2
    let size = abs(distance)
    if size < near { return base + size }
    // float32, as torch computes it: the result is truncated, so rounding decides at the borders.
    let growth = log(Float(size) / Float(near)) / Float(log(Double(maxDistance) / Double(near)))
    return base + min(half - 1, near + Int(growth * Float(half - near)))
  }
}
