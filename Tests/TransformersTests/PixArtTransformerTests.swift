import Checkpoints
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Transformers

@Suite struct PixArtTransformerTests {
  static let sigma = [
    ("square", 1), ("wide-negative", 1), ("tall-two-images", 2), ("two-prompts", 2),
    ("long-prompt", 1), ("empty-prompt", 1), ("binned", 1),
  ]
  static let alpha = [("square", 1), ("wide-negative", 1), ("long-prompt", 1), ("two-images", 2)]

  /// The first network call of diffusers' pipelines, in guidance batches of 2 to 8.
  @Test(arguments: sigma) func predictsNoiseOfSigma(name: String, images: Int) throws {
    try expectFirstPrediction("a-sigma/\(name)", model: "sigma-tiny", images: images)
  }

  @Test(arguments: alpha) func predictsNoiseOfAlpha(name: String, images: Int) throws {
    try expectFirstPrediction("b-alpha/\(name)", model: "alpha-tiny", images: images)
  }

  private func expectFirstPrediction(_ name: String, model: String, images: Int) throws {
    let fixture = try GoldenTransformer(name, model: model)
    let latents = try fixture.latents("latents_init", repeated: 2)
    let context = fixture.model.prepare(
      captions: try fixture.captions(images: images), height: latents.height, width: latents.width)
    let prediction = try fixture.model(
      latents, timestep: Float(try fixture.golden.integers("timesteps")[0]), context: context,
      cancellation: Cancellation())
    let half = prediction.values.count / 2
    try fixture.golden.expect("noise_pred_uncond", Array(prediction.values[..<half]))
    try fixture.golden.expect("noise_pred_text", Array(prediction.values[half...]))
  }

  /// Every stage that the goldens trace, one after the other.
  @Test(arguments: [("a-sigma/square", "sigma-tiny"), ("b-alpha/square", "alpha-tiny")])
  func agreesLayerByLayer(name: String, modelName: String) throws {
    let fixture = try GoldenTransformer(name, model: modelName)
    let (golden, model) = (fixture.golden, fixture.model)
    let trace = "trace.transformer."
    let latents = try fixture.latents("latents_init", repeated: 2)
    let captions = try fixture.captions()
    let context = model.prepare(captions: captions, height: latents.height, width: latents.width)
    var state = model.start(
      latents, timestep: Float(try golden.integers("timesteps")[0]), context: context)
    try golden.expect(trace + "pos_embed", state.hidden.values)
    // Both halves of the guidance batch have the same timestep; here it is computed once.
    try golden.expect(trace + "adaln_single.0", state.modulation.values + state.modulation.values)
    try golden.expect(trace + "adaln_single.1", state.embedded.values + state.embedded.values)
    for index in model.blocks.indices {
      model.run(block: index, on: &state, context: context)
      try golden.expect(trace + "transformer_blocks.\(index)", state.hidden.values)
    }
    let normed = model.output.normalized(state.hidden, embedded: state.embedded)
    try golden.expect(
      trace + "norm_out", normedBeforeModulation(of: state.hidden, golden: golden, normed: normed))
  }

  private func normedBeforeModulation(
    of hidden: borrowing Tensor, golden: Golden, normed: borrowing Tensor
  ) throws -> [Float] {
    // diffusers hooks the norm itself, before shift and scale.
    let device = CPU(threads: 1)
    let nothing = Tensor(zeros: [1, hidden.shape[1]])
    return device.layerNorm(hidden, epsilon: 1e-6, modulation: nothing, shift: 0, scale: 0).values
  }

  /// A batch gives each picture what it would get alone, but for the order of summation.
  @Test func treatsPicturesOfABatchAlike() throws {
    let fixture = try GoldenTransformer("a-sigma/two-prompts", model: "sigma-tiny")
    let latents = try fixture.latents("latents_init")
    let captions = try fixture.rows("prompt_embeds", mask: "attention_mask")
    let single = Latents(
      count: 1, channels: 4, height: latents.height, width: latents.width,
      values: Array(latents.values[..<(4 * latents.height * latents.width)]))
    let alone = try fixture.model(
      single, timestep: 999,
      context: fixture.model.prepare(
        captions: [captions[0]], height: latents.height, width: latents.width),
      cancellation: Cancellation())
    let together = try fixture.model(
      Latents(
        count: 2, channels: 4, height: latents.height, width: latents.width,
        values: single.values + single.values),
      timestep: 999,
      context: fixture.model.prepare(
        captions: captions, height: latents.height, width: latents.width),
      cancellation: Cancellation())
    expectClose(
      Array(together.values[..<alone.values.count]), alone.values, absolute: 1e-6)
  }

  /// Once a block, and none after a cancellation.
  @Test func tellsItsProgressUntilCancelled() throws {
    let fixture = try GoldenTransformer("a-sigma/square", model: "sigma-tiny")
    let latents = try fixture.latents("latents_init", repeated: 2)
    let context = fixture.model.prepare(
      captions: try fixture.captions(), height: latents.height, width: latents.width)
    let layers = fixture.model.configuration.numLayers
    var shares: [Double] = []
    _ = try fixture.model(
      latents, timestep: 999, context: context, cancellation: Cancellation()
    ) { shares.append($0) }
    #expect(shares == (1...layers).map { Double($0) / Double(layers) })
    let cancellation = Cancellation()
    shares = []
    #expect(throws: CancellationError.self) {
      try fixture.model(latents, timestep: 999, context: context, cancellation: cancellation) {
        shares.append($0)
        cancellation.cancel()
      }
    }
    #expect(shares.count == 1)
  }

  @Test func stopsBeforeTheNextBlockWhenCancelled() throws {
    let fixture = try GoldenTransformer("a-sigma/square", model: "sigma-tiny")
    let latents = try fixture.latents("latents_init", repeated: 2)
    let context = fixture.model.prepare(
      captions: try fixture.captions(), height: latents.height, width: latents.width)
    let cancellation = Cancellation()
    cancellation.cancel()
    #expect(throws: CancellationError.self) {
      try fixture.model(latents, timestep: 999, context: context, cancellation: cancellation)
    }
  }

  /// In a process of its own, since the pool is shared; on one thread, since scratch memory is taken
  /// by as many threads as happen to work at once.
  @Test func allocatesNothingAfterTheFirstStep() async {
    await #expect(processExitsWith: .success) {
      let fixture = try GoldenTransformer("a-sigma/square", model: "sigma-tiny", threads: 1)
      let latents = try fixture.latents("latents_init", repeated: 2)
      let context = fixture.model.prepare(
        captions: try fixture.captions(), height: latents.height, width: latents.width)
      var allocations: [Int] = []
      for timestep in [999, 800, 600] as [Float] {
        _ = try fixture.model(
          latents, timestep: timestep, context: context, cancellation: Cancellation())
        allocations.append(TensorPool.shared.usage.allocations)
      }
      precondition(allocations[0] > 0 && allocations[2] == allocations[0], "\(allocations)")
    }
  }
}
