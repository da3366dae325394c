import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import TextEncoding

@Suite struct T5EncoderTests {
  static let cases = [
    ("f-t5/long", "sigma-tiny"), ("f-t5/masked", "sigma-tiny"), ("f-t5/full", "alpha-tiny"),
  ]

  /// `T5EncoderModel` of transformers; rows past the mask are padding, which is not run here.
  @Test(arguments: cases) func encodesLikeTransformers(name: String, modelName: String) throws {
    let golden = try Golden(name)
    let encoder = try encoder(modelName)
    for prompt in try prompts(golden) {
      let embeddings = try encoder(prompt.ids, cancellation: Cancellation())
      try expectRows(golden, "last_hidden_state", prompt, embeddings.values)
    }
  }

  /// The residual stream before each block; `hidden.0` are the embedded tokens.
  @Test(arguments: cases) func agreesBlockByBlock(name: String, modelName: String) throws {
    let golden = try Golden(name)
    let encoder = try encoder(modelName)
    let device = CPU(threads: 2)
    for prompt in try prompts(golden) {
      var hidden = device.rows(prompt.ids, of: encoder.embedding)
      let layout = encoder.layout(tokens: prompt.ids.count)
      for (index, block) in encoder.blocks.enumerated() {
        try expectRows(golden, "hidden.\(index)", prompt, hidden.values)
        block(&hidden, layout: layout)
      }
    }
  }

  /// `T5Attention._relative_position_bucket`, far past the last bucket in both directions.
  @Test(arguments: cases) func putsDistancesIntoBuckets(name: String, modelName: String) throws {
    let golden = try Golden(name)
    let distances = try golden.integers("relative_position")
    #expect(
      distances.map { RelativePositions.bucket(keyMinusQuery: $0, buckets: 32, maxDistance: 128) }
        == (try golden.integers("relative_bucket")))
  }

  @Test func tellsItsProgress() throws {
    let encoder = try encoder("sigma-tiny")
    var shares: [Double] = []
    _ = try encoder([5, 1], cancellation: Cancellation()) { shares.append($0) }
    let layers = encoder.configuration.numLayers
    #expect(shares == (1...layers).map { Double($0) / Double(layers) })
  }

  @Test func stopsWhenCancelled() throws {
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try encoder("sigma-tiny")([5, 1], cancellation: cancellation)
    }
  }

  private struct Prompt {
    let index: Int
    let ids: [Int]
  }

  private func prompts(_ golden: Golden) throws -> [Prompt] {
    let (ids, mask) = (try golden.integers("input_ids"), try golden.integers("attention_mask"))
    let shape = try golden.shape("input_ids")
    return (0..<shape[0]).map { index in
      let row = index * shape[1]..<(index + 1) * shape[1]
      return Prompt(index: index, ids: Array(ids[row].prefix(mask[row].reduce(0, +))))
    }
  }

  private func expectRows(_ golden: Golden, _ name: String, _ prompt: Prompt, _ got: [Float]) throws
  {
    let shape = try golden.shape(name)
    let start = prompt.index * shape[1] * shape[2]
    let want = try golden.floats(name)[start..<start + prompt.ids.count * shape[2]]
    expectClose(
      got, Array(want), absolute: try golden.tolerance(name).absolute,
      "\(name), prompt \(prompt.index)")
  }

  private func encoder(_ modelName: String) throws -> T5Encoder {
    let folder = Golden.model(modelName).appending(path: "text_encoder")
    let configuration = try T5Configuration(
      ConfigurationFile(folder.appending(path: "config.json")))
    return try T5Encoder(
      Weights(Golden.checkpoint(folder), device: CPU(threads: 2)), configuration: configuration)
  }
}
