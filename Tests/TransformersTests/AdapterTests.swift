import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// What peft computes with adapters as PixArt's training scripts save them.
@Suite struct AdapterTests {
  private static let peft = "adapter_model.safetensors"
  private static let diffusers = "transformer_lora/pytorch_lora_weights.safetensors"

  @Test(arguments: ["plain", "rslora", "dora"], [peft, diffusers])
  func addsWhatPeftAdds(_ name: String, file: String) throws {
    let golden = try Golden("k-lora/\(name)")
    let fixture = try Fixture()
    let adapter = try Adapter(golden.folder.appending(path: file))
    for output in golden.names where output.hasPrefix("output_") {
      let scale = output == "output_without" ? 0 : try #require(Double(output.dropFirst(13)))
      let model = try fixture.model([(adapter, scale)])
      try golden.expect(output, fixture.output(of: model, golden))
    }
  }

  /// Half of it twice is all of it, but for the order of summation.
  @Test func sumsSeveralUp() throws {
    let golden = try Golden("k-lora/plain")
    let fixture = try Fixture()
    let adapter = try Adapter(golden.folder)
    let half = try fixture.model([(adapter, 0.5), (adapter, 0.5)])
    try golden.expect("output_scale_1.0", fixture.output(of: half, golden))
    let nothing = try fixture.model([(adapter, 0.5), (adapter, -0.5)])
    try golden.expect("output_without", fixture.output(of: nothing, golden))
  }

  /// The model is made anew around the same matrices, so nothing of another adapter is left.
  @Test func leavesNothingBehind() throws {
    let golden = try Golden("k-lora/plain")
    let adapter = try Adapter(golden.folder)
    let other = try Adapter(Golden("k-lora/dora").folder)
    let fixture = try Fixture()
    let plain = try fixture.output(of: fixture.model([]), golden)
    _ = try fixture.output(of: fixture.model([(other, 1)]), golden)
    let adapted = try fixture.output(of: fixture.model([(adapter, 0.7)]), golden)
    let fresh = try Fixture()
    #expect(try fresh.output(of: fresh.model([(adapter, 0.7)]), golden) == adapted)
    #expect(try fixture.output(of: fixture.model([]), golden) == plain)
    #expect(adapted != plain)
  }
}

/// The golden model, whose matrices are made once.
private struct Fixture {
  private let weights: Weights
  private let configuration: TransformerConfiguration

  init() throws {
    let folder = Golden.model("sigma-tiny").appending(path: "transformer")
    weights = Weights(try Golden.checkpoint(folder), device: CPU(threads: 2)).keepingMatrices()
    configuration = try TransformerConfiguration(
      ConfigurationFile(folder.appending(path: "config.json")))
  }

  func model(_ adapters: [(Adapter, Double)]) throws -> PixArtTransformer {
    let layers = try adapters.map { adapter, scale in
      (layers: try adapter.layers(for: configuration, model: "sigma-tiny"), scale: scale)
    }
    return try PixArtTransformer(
      weights.adapted(by: AdaptedLayers(layers)), configuration: configuration)
  }

  /// The golden has one timestep for each row.
  func output(of model: PixArtTransformer, _ golden: Golden) throws -> [Float] {
    let shape = try golden.shape("hidden_states")
    let hidden = try golden.floats("hidden_states")
    let rowSize = hidden.count / shape[0]
    let captionShape = try golden.shape("encoder_hidden_states")
    let captions = try golden.floats("encoder_hidden_states")
    let mask = try golden.integers("encoder_attention_mask")
    let (limit, channels) = (captionShape[1], captionShape[2])
    let times = try golden.integers("timestep")
    return try (0..<shape[0]).flatMap { row in
      let tokens = mask[row * limit..<(row + 1) * limit].reduce(0, +)
      let start = row * limit * channels
      let context = model.prepare(
        captions: [
          TokenEmbeddings(
            tokens: tokens, channels: channels,
            values: Array(captions[start..<start + tokens * channels]))
        ], height: shape[2], width: shape[3])
      let latents = Latents(
        count: 1, channels: shape[1], height: shape[2], width: shape[3],
        values: Array(hidden[row * rowSize..<(row + 1) * rowSize]))
      return try model(
        latents, timestep: Float(times[row]), context: context, cancellation: Cancellation()
      ).values
    }
  }
}
