import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// What PixArt's own network computes, from the files that PixArt's own code saved.
@Suite struct OriginalWeightsTests {
  @Test(arguments: [
    ("zip.pth", "output"), ("legacy.pth", "output"), ("nested.pth", "output"),
    ("model.safetensors", "output"), ("fp16.pth", "output_fp16_weights"),
    ("fp16-legacy.pth", "output_fp16_weights"), ("bf16.pth", "output_bf16_weights"),
  ])
  func predictTheNoiseOfTheOfficialNetwork(_ file: String, _ output: String) throws {
    let golden = try Golden("l-pickles")
    var facts = try #require(golden.facts["config"] as? [String: Any])
    facts["hidden"] = nil
    facts["out_channels"] = 8
    let configuration = try TransformerConfiguration(
      ConfigurationFile(
        source: "case.json", json: JSONSerialization.data(withJSONObject: facts)))
    let weights = try Checkpoint(file: golden.folder.appending(path: file)).inDiffusersNames()
    let transformer = try PixArtTransformer(
      Weights(weights, device: CPU(threads: 2)), configuration: configuration)
    let shape = try golden.shape("hidden_states")
    let hidden = try golden.floats("hidden_states")
    let rowSize = hidden.count / shape[0]
    let captionShape = try golden.shape("encoder_hidden_states")
    let captions = try golden.floats("encoder_hidden_states")
    let mask = try golden.integers("encoder_attention_mask")
    let (limit, channels) = (captionShape[1], captionShape[2])
    let times = try golden.integers("timestep")
    var values: [Float] = []
    for row in 0..<captionShape[0] {
      // The transformer asks for one timestep, the golden has one for each row.
      let tokens = mask[row * limit..<(row + 1) * limit].reduce(0, +)
      let start = row * limit * channels
      let context = transformer.prepare(
        captions: [
          TokenEmbeddings(
            tokens: tokens, channels: channels,
            values: Array(captions[start..<start + tokens * channels]))
        ], height: shape[2], width: shape[3])
      let latents = Latents(
        count: 1, channels: shape[1], height: shape[2], width: shape[3],
        values: Array(hidden[row * rowSize..<(row + 1) * rowSize]))
      values += try transformer(
        latents, timestep: Float(times[row]), context: context,
        cancellation: Cancellation()
      ).values
    }
    try golden.expect(output, values)
  }
}
