import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@Suite(.serialized) struct AttentionTests {
  let device = CPU(threads: 2)

  /// `scaled_dot_product_attention`; where the golden masks keys, they are left out here.
  @Test func matchesTorch() throws {
    let golden = try Golden("m-ops")
    let mask = try golden.integers("mask")
    try withEveryInstructionSet { _ in
      let masked = try attend(golden, scale: 1 / Float(18).squareRoot()) { batch in
        mask[batch * 11..<(batch + 1) * 11].reduce(0, +)
      }
      try golden.expect("attention_masked", masked)
      try golden.expect("attention_unscaled", try attend(golden, scale: 1) { _ in 11 })
    }
  }

  /// The golden's `[batch, head, token, dim]` through our `[token, head · dim]` and back.
  private func attend(_ golden: Golden, scale: Float, keys: (Int) -> Int) throws -> [Float] {
    let (heads, dim) = (3, 18)
    func tokens(_ name: String, _ batch: Int, _ count: Int, _ limit: Int) throws -> Tensor {
      let values = try golden.floats(name)
      return Tensor(
        [count, heads * dim],
        values: (0..<count).flatMap { token in
          (0..<heads).flatMap { head -> ArraySlice<Float> in
            let start = ((batch * heads + head) * limit + token) * dim
            return values[start..<start + dim]
          }
        })
    }
    return try (0..<2).flatMap { batch -> [Float] in
      let count = keys(batch)
      let result = device.attention(
        queries: try tokens("q", batch, 7, 7), keys: try tokens("k", batch, count, 11),
        values: try tokens("v", batch, count, 11),
        layout: AttentionLayout(
          heads: heads, scale: scale, segments: [.init(queries: 0..<7, keys: 0..<count)])
      ).values
      return (0..<heads).flatMap { head in
        (0..<7).flatMap { token -> ArraySlice<Float> in
          let start = (token * heads + head) * dim
          return result[start..<start + dim]
        }
      }
    }
  }

  struct Case: Sendable, CustomStringConvertible {
    let heads: Int
    let dim: Int
    let queries: Int
    let keys: Int
    var relative = false
    var description: String {
      "\(heads)x\(dim), \(queries) on \(keys)\(relative ? ", biased" : "")"
    }
  }

  /// Tiles, key blocks and vector lengths, whole and cut, against float64 loops.
  @Test(arguments: [
    Case(heads: 1, dim: 1, queries: 1, keys: 1), Case(heads: 2, dim: 72, queries: 65, keys: 130),
    Case(heads: 3, dim: 24, queries: 64, keys: 64), Case(heads: 1, dim: 128, queries: 3, keys: 200),
    Case(heads: 2, dim: 7, queries: 130, keys: 5),
    Case(heads: 4, dim: 16, queries: 150, keys: 150, relative: true),
  ]) func agreesWithPlainLoops(_ c: Case) {
    var numbers = Numbers(seed: UInt64(c.dim * c.queries))
    let width = c.heads * c.dim
    let (q, k, v) = (
      numbers.take(c.queries * width).map { $0 * 3 }, numbers.take(c.keys * width),
      numbers.take(c.keys * width)
    )
    let reach = max(c.queries, c.keys)
    let table = numbers.take(c.heads * (2 * reach - 1))
    let bias = c.relative ? RelativeBias(reach: reach, values: table) : nil
    var expected = [Float](repeating: 0, count: c.queries * width)
    for head in 0..<c.heads {
      for query in 0..<c.queries {
        let scores = (0..<c.keys).map { key -> Double in
          var score = 0.0
          for d in 0..<c.dim {
            score +=
              Double(q[query * width + head * c.dim + d])
              * Double(k[key * width + head * c.dim + d])
          }
          score *= 0.5
          if c.relative {
            score += Double(table[head * (2 * reach - 1) + query - key + reach - 1])
          }
          return score
        }
        let top = scores.max() ?? 0
        let weights = scores.map { exp($0 - top) }
        let sum = weights.reduce(0, +)
        for d in 0..<c.dim {
          var value = 0.0
          for key in 0..<c.keys {
            value += weights[key] * Double(v[key * width + head * c.dim + d])
          }
          expected[query * width + head * c.dim + d] = Float(value / sum)
        }
      }
    }
    withEveryInstructionSet { set in
      let result = device.attention(
        queries: Tensor([c.queries, width], values: q), keys: Tensor([c.keys, width], values: k),
        values: Tensor([c.keys, width], values: v),
        layout: AttentionLayout(
          heads: c.heads, scale: 0.5,
          segments: [.init(queries: 0..<c.queries, keys: 0..<c.keys)], relativeBias: bias))
      expectClose(result.values, expected, absolute: 4e-6, "\(set)")
      guard !c.relative else { return }
      // Three bits of a score of about 30 are below a bfloat16's eight; 8-bit integers have one less.
      for (precision, tolerance) in [(Precision.bf16, Float(0.06)), (.int8, 0.12)] {
        let narrow = device.attention(
          queries: Tensor([c.queries, width], values: q), keys: Tensor([c.keys, width], values: k),
          values: Tensor([c.keys, width], values: v),
          layout: AttentionLayout(
            heads: c.heads, scale: 0.5,
            segments: [.init(queries: 0..<c.queries, keys: 0..<c.keys)]), precision: precision)
        expectClose(narrow.values, expected, absolute: tolerance, "\(set), \(precision)")
      }
    }
  }

  /// What all keys have in common changes no weight; 8-bit integers must not spend their range on it.
  @Test func eightBitScoresLeaveOutWhatAllKeysShare() {
    var numbers = Numbers(seed: 5)
    let (queries, keys, values) = (
      numbers.take(40 * 24), numbers.take(90 * 24), numbers.take(90 * 24)
    )
    let shifted = keys.enumerated().map { $1 + [30, 0, -9][$0 % 3] }
    let layout = AttentionLayout(
      heads: 1, scale: 0.5, segments: [.init(queries: 0..<40, keys: 0..<90)])
    withEveryInstructionSet { set in
      let results = [(keys, Precision.fp32), (shifted, .int8)].map { keys, precision in
        device.attention(
          queries: Tensor([40, 24], values: queries), keys: Tensor([90, 24], values: keys),
          values: Tensor([90, 24], values: values), layout: layout, precision: precision
        ).values
      }
      expectClose(results[1], results[0], absolute: 0.02, "\(set)")
    }
  }

  /// Scores far beyond e's range must not overflow.
  @Test func survivesHugeScores() {
    withEveryInstructionSet { set in
      let result = device.attention(
        queries: Tensor([1, 1], values: [1000]), keys: Tensor([3, 1], values: [-50, 40, 39]),
        values: Tensor([3, 1], values: [1, 2, 3]),
        layout: AttentionLayout(
          heads: 1, scale: 1, segments: [.init(queries: 0..<1, keys: 0..<3)]))
      #expect(result.values == [2], "\(set)")
    }
  }
}
