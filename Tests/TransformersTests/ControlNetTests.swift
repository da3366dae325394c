import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Transformers

/// The official ControlNet-Transformer, and diffusers' layers in its wiring.
@Suite struct ControlNetTests {
  /// A golden case of PixArt-alpha's own classes; each row of its batch has another timestep.
  struct Official {
    let golden: Golden
    let facts: [String: Any]
    let transformer: PixArtTransformer
    let net: ControlNet

    init(_ name: String, file: String) throws {
      golden = try Golden("j-controlnet/\(name)")
      facts = try #require(golden.facts["config"] as? [String: Any])
      let hidden = try #require(facts["hidden_size"] as? Int)
      let heads = try #require(facts["num_heads"] as? Int)
      let configuration = try TransformerConfiguration(
        ConfigurationFile(
          source: "case.json",
          json: JSONSerialization.data(withJSONObject: [
            "num_layers": facts["depth"], "num_attention_heads": heads,
            "attention_head_dim": hidden / heads, "caption_channels": facts["caption_channels"],
            "in_channels": 4, "out_channels": 8, "sample_size": facts["input_size"],
            "interpolation_scale": facts["lewei_scale"],
            "use_additional_conditions": name.hasPrefix("ms"),
          ])))
      let checkpoint = try Checkpoint(file: golden.folder.appending(path: file))
        .inDiffusersNames()
      let weights = Weights(checkpoint, device: CPU(threads: 2))
      transformer = try PixArtTransformer(weights, configuration: configuration)
      net = try ControlNet(
        weights, configuration: configuration,
        copies: try #require(facts["copy_blocks"] as? Int))
    }

    var rows: Int { get throws { try golden.shape("x")[0] } }

    func row(_ name: String, _ index: Int) throws -> Latents {
      let shape = try golden.shape(name)
      let size = shape[1] * shape[2] * shape[3]
      return Latents(
        count: 1, channels: shape[1], height: shape[2], width: shape[3],
        values: Array(try golden.floats(name)[index * size..<(index + 1) * size]))
    }

    func caption(_ index: Int) throws -> TokenEmbeddings {
      let shape = try golden.shape("y")
      let (limit, channels) = (shape[2], shape[3])
      let lengths = try #require(facts["caption_lengths"] as? [Int])
      let start = index * limit * channels
      return TokenEmbeddings(
        tokens: lengths[index], channels: channels,
        values: Array(try golden.floats("y")[start..<start + lengths[index] * channels]))
    }

    func context(_ index: Int) throws -> TransformerContext {
      let latents = try row("x", index)
      return transformer.prepare(
        captions: [try caption(index)], height: latents.height, width: latents.width)
    }

    func control(_ index: Int, _ context: TransformerContext, scale: Float = 1) throws
      -> ControlContext
    {
      transformer.prepare(
        net, condition: try row("c", index), captions: [try caption(index)], context: context,
        scale: scale)
    }
  }

  static let files = [
    ("half", "model.pth"), ("half", "model.safetensors"), ("ms-half", "model.pth"),
    ("ms-half", "model.safetensors"),
  ]

  @Test(arguments: files) func predictsTheNoiseOfTheOfficialNetwork(_ name: String, _ file: String)
    throws
  {
    let official = try Official(name, file: file)
    let times = try official.golden.floats("timestep")
    for (scale, output) in [
      (nil, "output_no_condition"), (Float(0.5), "output_scale_0.5"), (1, "output_scale_1.0"),
    ] {
      var values: [Float] = []
      for row in 0..<(try official.rows) {
        let context = try official.context(row)
        let latents = try official.row("x", row)
        guard let scale else {
          values += try official.transformer(
            latents, timestep: times[row], context: context, cancellation: Cancellation()
          ).values
          continue
        }
        values += try official.transformer(
          latents, timestep: times[row], context: context,
          control: official.control(row, context, scale: scale), cancellation: Cancellation()
        ).values
      }
      try official.golden.expect(output, values)
    }
  }

  @Test(arguments: ["half", "ms-half"]) func agreesCopyByCopy(_ name: String) throws {
    let official = try Official(name, file: "model.pth")
    let times = try official.golden.floats("timestep")
    var tokens: [[Float]] = Array(repeating: [], count: official.net.count)
    var skips = tokens
    for row in 0..<(try official.rows) {
      let context = try official.context(row)
      let control = try official.control(row, context)
      var state = official.transformer.start(
        try official.row("x", row), timestep: times[row], context: context)
      official.transformer.run(block: 0, on: &state, context: context)
      var led = official.transformer.begin(control, at: state)
      for copy in 0..<official.net.count {
        official.transformer.run(
          copy: copy, of: control, on: &led, state: &state, context: context)
        tokens[copy] += led.values
        skips[copy] += official.net.copies[copy].afterProjection(led).values
        official.transformer.run(block: copy + 1, on: &state, context: context)
      }
    }
    for copy in tokens.indices {
      try official.golden.expect("trace.controlnet.\(copy).c", tokens[copy])
      try official.golden.expect("trace.controlnet.\(copy).skip", skips[copy])
    }
  }

  // MARK: Weights that a formula gives

  /// diffusers' transformer with two copied blocks, run in float64; weights and inputs by
  /// ``FormulaTensors``.
  @Test func agreesWithDiffusersLayers() throws {
    let fixture = try FormulaControl()
    let alone = try fixture.output(controlled: false)
    expectClose(
      Array(alone[..<4]), [0.608487, 0.608739, 0.500405, 0.192194], absolute: 1e-5, "base")
    expectClose([alone.reduce(0, +)], [48.669717], absolute: 2e-3, "sum of the base")
    let output = try fixture.output(controlled: true)
    expectClose(
      Array(output[..<8]),
      [2.496182, 0.934051, -0.080746, 0.93217, 1.815742, 1.813933, 1.202515, 1.513538],
      absolute: 1e-5, "first")
    expectClose(
      Array(output.suffix(4)), [-0.203751, -0.337778, 0.844516, 0.140004], absolute: 1e-5, "last")
    expectClose([output.reduce(0, +)], [83.152632], absolute: 2e-3, "sum")
    expectClose([output.reduce(0) { $0 + abs($1) }], [1410.308928], absolute: 5e-3, "sum of sizes")
  }

  /// A scale of 0 adds nothing, whatever the copies make.
  @Test func addsNothingAtScaleZero() throws {
    let fixture = try FormulaControl()
    expectClose(
      try fixture.output(controlled: true, scale: 0), try fixture.output(controlled: false),
      absolute: 0)
  }

  /// Both halves of a guided batch get what each gets alone.
  @Test func leadsBothHalvesOfABatch() throws {
    let official = try Official("half", file: "model.pth")
    let captions = try [official.caption(0), official.caption(1)]
    let (x, c) = (try official.row("x", 0), try official.row("c", 0))
    func output(_ captions: [TokenEmbeddings]) throws -> [Float] {
      let context = official.transformer.prepare(
        captions: captions, height: x.height, width: x.width)
      let batch = Latents(
        count: captions.count, channels: 4, height: x.height, width: x.width,
        values: captions.flatMap { _ in x.values })
      return try official.transformer(
        batch, timestep: 500, context: context,
        control: official.transformer.prepare(
          official.net, condition: c, captions: captions, context: context),
        cancellation: Cancellation()
      ).values
    }
    expectClose(
      try output(captions), try output([captions[0]]) + output([captions[1]]), absolute: 2e-6)
  }

  // MARK: Cancelling

  /// Once a block, copied or not, and none after a cancellation, wherever that comes.
  @Test func tellsItsProgressUntilCancelled() throws {
    let official = try Official("half", file: "model.pth")
    let context = try official.context(0)
    let control = try official.control(0, context)
    let latents = try official.row("x", 0)
    var shares: [Double] = []
    _ = try official.transformer(
      latents, timestep: 500, context: context, control: control, cancellation: Cancellation()
    ) { shares.append($0) }
    #expect(shares == (1...6).map { Double($0) / 6 })
    for last in 1...5 {
      let cancellation = Cancellation()
      var calls = 0
      #expect(throws: CancellationError.self) {
        try official.transformer(
          latents, timestep: 500, context: context, control: control, cancellation: cancellation
        ) { _ in
          calls += 1
          if calls == last { cancellation.cancel() }
        }
      }
      #expect(calls == last)
    }
  }
}

/// The fixture of four layers of width 24 with two copies.
private struct FormulaControl {
  let transformer: PixArtTransformer
  let net: ControlNet
  let source = FormulaTensors()

  init() throws {
    let configuration = try TransformerConfiguration(
      ConfigurationFile(
        source: "test",
        json: Data(
          """
          {"num_layers": 4, "num_attention_heads": 2, "attention_head_dim": 12,
           "caption_channels": 10, "in_channels": 4, "out_channels": 8, "patch_size": 2,
           "sample_size": 16, "interpolation_scale": 0.5, "use_additional_conditions": false}
          """.utf8)))
    let weights = Weights(source, device: CPU(threads: 2))
    transformer = try PixArtTransformer(weights, configuration: configuration)
    net = try ControlNet(weights, configuration: configuration, copies: 2)
  }

  /// Of both pictures, which have captions of three tokens and of one, and conditions of their own.
  func output(controlled: Bool, scale: Float = 1) throws -> [Float] {
    let latents = FormulaTensors.input("input.latent", count: 2 * 4 * 8 * 12)
    let conditions = FormulaTensors.input("input.control", count: 2 * 4 * 8 * 12)
    let captions = FormulaTensors.input("input.caption", count: 2 * 5 * 10)
    var output: [Float] = []
    for (row, tokens) in [3, 1].enumerated() {
      func half(_ values: [Float]) -> Latents {
        Latents(
          count: 1, channels: 4, height: 8, width: 12,
          values: Array(values[row * 384..<(row + 1) * 384]))
      }
      let caption = TokenEmbeddings(
        tokens: tokens, channels: 10, values: Array(captions[row * 50..<row * 50 + tokens * 10]))
      let context = transformer.prepare(captions: [caption], height: 8, width: 12)
      guard controlled else {
        output += try transformer(
          half(latents), timestep: 500, context: context, cancellation: Cancellation()
        ).values
        continue
      }
      let control = transformer.prepare(
        net, condition: half(conditions), captions: [caption], context: context, scale: scale)
      output += try transformer(
        half(latents), timestep: 500, context: context, control: control,
        cancellation: Cancellation()
      ).values
    }
    return output
  }
}
