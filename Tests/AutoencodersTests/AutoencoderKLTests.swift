import Checkpoints
import Foundation
import Gallery
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autoencoders

@Suite struct AutoencoderKLTests {
  static let cases = [
    ("kl-alpha", "alpha-tiny"), ("kl-odd", "alpha-tiny"), ("kl-sigma", "sigma-tiny"),
  ]

  @Test(arguments: cases) func decodesAsDiffusers(name: String, model: String) throws {
    let golden = try Golden("e-vae/\(name)")
    let pictures = try GoldenModels.kl(model).decode(golden.latents("latents_scaled"))
    try golden.expect("decoded", pictures.flatMap(\.values))
  }

  @Test(arguments: cases) func encodesAsDiffusers(name: String, model: String) throws {
    let golden = try Golden("e-vae/\(name)")
    let vae = try GoldenModels.kl(model)
    let pictures = try golden.pictures("image")
    let moments = try pictures.flatMap {
      try vae.moments(of: $0, tiling: nil, cancellation: Cancellation()) { _ in }.values
    }
    try golden.expect("moments", moments)
    let latents = try pictures.flatMap { try vae.encode($0).values }
    try golden.expect("latents_scaled", latents)
    try golden.expect("mode", latents.map { $0 / vae.scalingFactor })
  }

  @Test func drawsASampleFromMeanAndVariance() throws {
    let golden = try Golden("e-vae/kl-odd")
    let vae = try GoldenModels.kl("alpha-tiny")
    let picture = try golden.pictures("image")[0]
    let moments = try golden.floats("moments")
    let count = moments.count / 2
    let noise = (0..<count).map { Float($0 % 7) - 3 }
    let want = (0..<count).map {
      (Double(moments[$0]) + exp(0.5 * Double(moments[count + $0])) * Double(noise[$0])) * 0.18215
    }
    let latents = try vae.encode(
      picture, noise: Latents(count: 1, channels: 4, height: 5, width: 7, values: noise),
      tiling: nil, cancellation: Cancellation()
    ) { _ in }
    // The golden's own tolerance for the moments, times the largest factor e^(log variance / 2).
    let factor = 3 * exp(0.5 * (moments[count...].max() ?? 0))
    expectClose(
      latents.values, want.map(Float.init),
      absolute: try golden.tolerance("moments").absolute * factor)
  }

  @Test(arguments: cases) func encoderLayersMatch(name: String, model: String) throws {
    let golden = try Golden("e-vae/\(name)")
    let encoder = try GoldenModels.kl(model).encoder
    var traces: [String: [Float]] = [:]
    func trace(_ name: String, _ x: borrowing Tensor) {
      traces[name, default: []] += PixelMap(x).values
    }
    for picture in try golden.pictures("image") {
      let map = PixelMap(picture)
      try WorkMeter.run(total: 1, cancellation: Cancellation(), progress: { _ in }) { meter in
        var x = encoder.convIn.apply(map.tensor)
        trace("conv_in", x)
        for (index, block) in encoder.downBlocks.enumerated() {
          x = try block(x, meter)
          trace("down_blocks.\(index)", x)
        }
        x = try encoder.middle(x, meter)
        trace("mid_block", x)
        trace("conv_norm_out", encoder.normOut(x))
      }
    }
    #expect(traces.count == 7)
    for (layer, values) in traces { try golden.expect("trace.vae.encoder.\(layer)", values) }
  }

  @Test func decoderLayersMatch() throws {
    let golden = try Golden("a-sigma/square")
    let vae = try GoldenModels.kl("sigma-tiny")
    let scale = vae.scalingFactor
    var map = PixelMap(try golden.latents("latents.7"), index: 0)
    map.values = map.values.map { $0 / scale }
    func check(_ name: String, _ x: borrowing Tensor) throws {
      try golden.expect("trace.vae.\(name)", PixelMap(x).values)
    }
    let decoder = vae.decoder
    try WorkMeter.run(total: 1, cancellation: Cancellation(), progress: { _ in }) { meter in
      var x = try #require(vae.postQuantConv).apply(map.tensor)
      try check("post_quant_conv", x)
      x = decoder.convIn.apply(x)
      try check("decoder.conv_in", x)
      x = try decoder.middle(x, meter)
      try check("decoder.mid_block", x)
      for (index, block) in decoder.upBlocks.enumerated() {
        x = try block(x, meter)
        try check("decoder.up_blocks.\(index)", x)
      }
      try check("decoder.conv_norm_out", decoder.normOut(x))
    }
  }

  @Test(arguments: [
    ("a-sigma/square", "sigma-tiny", 7), ("a-sigma/wide-negative", "sigma-tiny", 7),
    ("a-sigma/tall-two-images", "sigma-tiny", 7), ("b-alpha/square", "alpha-tiny", nil),
  ])
  func decodesPipelineLatents(name: String, model: String, step: Int?) throws {
    let golden = try Golden(name)
    let last = try step ?? #require(golden.names.compactMap(Self.latentStep).max())
    let pictures = try GoldenModels.kl(model).decode(golden.latents("latents.\(last)"))
    try golden.expect("decoded", pictures.flatMap(\.values))
  }

  /// A level may differ by one, where a value falls next to the middle of two.
  @Test(arguments: [("a-sigma/square", "sigma-tiny"), ("b-alpha/square", "alpha-tiny")])
  func givesDiffusersPictures(name: String, model: String) throws {
    let golden = try Golden(name)
    let last = try #require(golden.names.compactMap(Self.latentStep).max())
    let got = try GoldenModels.kl(model).decode(golden.latents("latents.\(last)"))[0].pixelImage
    let want = try ImageFile.decode(golden.folder.appending(path: "image_0.png"))
    #expect(got.width == want.width && got.height == want.height)
    let worst = zip(got.bytes, want.bytes).map { abs(Int($0) - Int($1)) }.max()
    #expect(try #require(worst) <= 1)
  }

  private static func latentStep(_ name: String) -> Int? {
    name.hasPrefix("latents.") ? Int(name.dropFirst("latents.".count)) : nil
  }

  /// Rounded products: 40 dB or more beside diffusers' picture, whose range is 2.
  @Test(arguments: cases) func decodesInBfloat16(name: String, model: String) throws {
    let golden = try Golden("e-vae/\(name)")
    let vae = try GoldenModels.kl(model, device: GoldenModels.device.with(.bf16, .packed))
    let got = try vae.decode(golden.latents("latents_scaled")).flatMap(\.values)
    let want = try golden.floats("decoded")
    let squares = zip(got, want).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    #expect(10 * log10(4 * Double(want.count) / squares) > 40)
  }

  /// The trained autoencoder that comes with the program, wide enough for all its 3×3 layers.
  @Test func trainedModelHardlyDiffersInBfloat16() throws {
    let folder = try ModelLibrary().model("default")
    func autoencoder(_ precision: Precision) throws -> any Autoencoder {
      try makeAutoencoder(
        Weights(
          folder.checkpoint(.autoencoder), device: GoldenModels.device.with(precision, .packed)),
        configuration: folder.autoencoderConfiguration())
    }
    let side = 64
    let picture = Picture(
      height: side, width: side,
      values: (0..<3 * side * side).map { index in
        let (channel, y, x) = (index / (side * side), index / side % side, index % side)
        // A disc before a gradient.
        let isDisc = (x - 24) * (x - 24) + (y - 36) * (y - 36) < 300
        return isDisc ? Float(channel) - 1 : Float(x + y) / Float(side) - 1
      })
    let latents = try autoencoder(.fp32).encode(picture)
    let (exact, rounded) = (
      try autoencoder(.fp32).decode(latents)[0].values,
      try autoencoder(.bf16).decode(latents)[0].values
    )
    let squares = zip(exact, rounded).reduce(0) { $0 + pow(Double($1.0) - Double($1.1), 2) }
    #expect(10 * log10(4 * Double(exact.count) / squares) > 55)
  }

  // MARK: Tiles

  @Test func decodesTilesAsDiffusers() throws {
    let golden = try Golden("e-vae/kl-sigma")
    let vae = try GoldenModels.kl("sigma-tiny")
    let tiling = try golden.tiling()
    let mode = try golden.latents("mode")
    let pictures = try vae.decode(
      mode.with(mode.values.map { $0 * vae.scalingFactor }), tiling: tiling,
      cancellation: Cancellation()
    ) { _ in }
    try golden.expect("tiled_decoded", pictures[0].values)
  }

  @Test func encodesTilesAsDiffusers() throws {
    let golden = try Golden("e-vae/kl-sigma")
    let vae = try GoldenModels.kl("sigma-tiny")
    let tiling = try golden.tiling()
    let latents = try vae.encode(
      golden.pictures("image")[0], noise: nil, tiling: tiling, cancellation: Cancellation()
    ) { _ in }
    try golden.expect("tiled_mode", latents.values.map { $0 / vae.scalingFactor })
  }

  @Test func smallPicturesAreNotTiled() throws {
    let golden = try Golden("e-vae/kl-odd")
    let vae = try GoldenModels.kl("alpha-tiny")
    #expect(vae.defaultTiling == Tiling(sampleSize: 256, overlap: 0.25))
    let latents = try golden.latents("latents_scaled")
    let tiled = try vae.decode(
      latents, tiling: vae.defaultTiling, cancellation: Cancellation()
    ) { _ in }
    #expect(try tiled == vae.decode(latents))
  }

  // MARK: Weights, progress, errors

  /// The same weights under the names of diffusers before 0.18.
  @Test func acceptsOldAttentionNames() throws {
    let old = ["to_q": "query", "to_k": "key", "to_v": "value", "to_out.0": "proj_attn"]
    let weights = try GoldenModels.weights("sigma-tiny") { tensors in
      for (name, tensor) in tensors {
        guard let match = old.first(where: { name.contains("attentions.0.\($0.key).") }) else {
          continue
        }
        tensors[name] = nil
        tensors[name.replacing(match.key, with: match.value)] = tensor
      }
      #expect(tensors.keys.contains("decoder.mid_block.attentions.0.proj_attn.bias"))
    }
    let golden = try Golden("e-vae/kl-sigma")
    let vae = try AutoencoderKL(
      weights, configuration: AutoencoderKLConfiguration(GoldenModels.config("sigma-tiny")))
    try golden.expect("decoded", vae.decode(golden.latents("latents_scaled"))[0].values)
  }

  @Test func missingTensorsAreNamed() throws {
    let weights = try GoldenModels.weights("sigma-tiny") { $0["decoder.conv_in.bias"] = nil }
    let configuration = try AutoencoderKLConfiguration(GoldenModels.config("sigma-tiny"))
    #expect(
      throws: CheckpointError.missingTensor(
        name: "decoder.conv_in.bias", source: "sigma-tiny", nearest: "encoder.conv_in.bias")
    ) { try AutoencoderKL(weights, configuration: configuration) }
  }

  @Test func quantConvolutionsMayBeMissing() throws {
    let weights = try GoldenModels.weights("sigma-tiny") { tensors in
      tensors = tensors.filter { !$0.key.contains("quant_conv") }
    }
    let config = try GoldenModels.config(
      "sigma-tiny", ["use_quant_conv": false, "use_post_quant_conv": false])
    let vae = try AutoencoderKL(weights, configuration: AutoencoderKLConfiguration(config))
    // What the whole autoencoder gives after its post_quant_conv, decoded without one.
    let golden = try Golden("a-sigma/square")
    let latents = try golden.latents("trace.vae.post_quant_conv")
    let pictures = try vae.decode(latents.with(latents.values.map { $0 * vae.scalingFactor }))
    try golden.expect("decoded", pictures[0].values)
  }

  @Test func shiftsLatentsBothWays() throws {
    let golden = try Golden("e-vae/kl-odd")
    let config = try GoldenModels.config("alpha-tiny", ["shift_factor": 0.25])
    let vae = try AutoencoderKL(
      GoldenModels.weights("alpha-tiny"), configuration: AutoencoderKLConfiguration(config))
    let latents = try golden.latents("latents_scaled")
    let shifted = latents.with(latents.values.map { $0 - 0.25 * vae.scalingFactor })
    try golden.expect("decoded", vae.decode(shifted)[0].values)
    let encoded = try vae.encode(golden.pictures("image")[0])
    try golden.expect("latents_scaled", encoded.values.map { $0 + 0.25 * vae.scalingFactor })
  }

  @Test func countsTheDefinitionsWork() throws {
    // The golden model's decoder at 10x14 latent pixels, layer by layer: convolutions of 16, 16,
    // 12 and 8 channels with three blocks each, attention over 140 pixels.
    let middle = 4 * 9 * 256 + 4 * 256 + 2 * 140 * 16
    let first = 9 * (6 * 256 + 4 * 256)
    let second = 4 * 9 * (6 * 256 + 4 * 256)
    let third = 16 * 9 * (16 * 12 + 5 * 144 + 4 * 144)
    let fourth = 64 * 9 * (12 * 8 + 5 * 64)
    let work = try GoldenModels.kl("sigma-tiny").decodingMultiplyAdds(height: 10, width: 14)
    #expect(work == Double(140 * (middle + first + second + third + fourth)))
  }

  @Test func progressRisesToOne() throws {
    let golden = try Golden("e-vae/kl-sigma")
    let vae = try GoldenModels.kl("sigma-tiny")
    for tiling in [nil, try golden.tiling()] {
      var shares: [Double] = []
      _ = try vae.decode(
        golden.latents("latents_scaled"), tiling: tiling, cancellation: Cancellation()
      ) { shares.append($0) }
      #expect(shares.count > 10)
      #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
      #expect(abs((shares.last ?? 0) - 1) < 1e-9)
    }
  }

  @Test func cancellationStopsAfterOneBlock() throws {
    let golden = try Golden("e-vae/kl-sigma")
    let vae = try GoldenModels.kl("sigma-tiny")
    let cancellation = Cancellation()
    var reports = 0
    #expect(throws: CancellationError.self) {
      try vae.decode(golden.latents("latents_scaled"), tiling: nil, cancellation: cancellation) {
        _ in
        reports += 1
        cancellation.cancel()
      }
    }
    #expect(reports == 1)
  }

  @Test func refusesWhatCannotBe() throws {
    let gray = try AutoencoderKLConfiguration(
      GoldenModels.config("sigma-tiny", ["in_channels": 1]))
    #expect(throws: AutoencoderError.notColour(inChannels: 1, outChannels: 3)) {
      try AutoencoderKL(GoldenModels.weights("sigma-tiny"), configuration: gray)
    }
    let vae = try GoldenModels.kl("sigma-tiny")
    let uneven = Picture(height: 12, width: 16, values: [Float](repeating: 0, count: 3 * 12 * 16))
    #expect(throws: AutoencoderError.unevenPicture(width: 16, height: 12, factor: 8)) {
      try vae.encode(uneven)
    }
    let tiling = Tiling(sampleSize: 20, overlap: 0.25)
    #expect(throws: AutoencoderError.unusableTiling(tiling, factor: 8)) {
      try vae.decode(
        Latents(count: 1, channels: 4, height: 1, width: 1, values: [0, 0, 0, 0]),
        tiling: tiling, cancellation: Cancellation()
      ) { _ in }
    }
  }
}
