import Checkpoints
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autoencoders

@Suite struct AutoencoderTinyTests {
  @Test func encodesAsDiffusers() throws {
    let golden = try Golden("e-vae/tiny")
    let latents = try GoldenModels.tiny().encode(golden.pictures("image")[0])
    #expect(latents.shape == [1, 4, 10, 14])
    try golden.expect("latents", latents.values)
  }

  @Test func decodesAsDiffusers() throws {
    let golden = try Golden("e-vae/tiny")
    let pictures = try GoldenModels.tiny().decode(golden.latents("latents"))
    try golden.expect("decoded", pictures[0].values)
  }

  /// `AutoencoderTiny.forward` stores latents as bytes on the way: -3...3 become 0...255.
  @Test func decodesLatentsStoredAsBytes() throws {
    let golden = try Golden("e-vae/tiny")
    let latents = try golden.latents("latents")
    let stored = latents.values.map { value in
      let byte = (min(max(value / 6 + 0.5, 0), 1) * 255).rounded(.toNearestOrEven)
      return (byte / 255 - 0.5) * 6
    }
    let pictures = try GoldenModels.tiny().decode(latents.with(stored))
    try golden.expect("quantized_roundtrip", pictures[0].values)
  }

  @Test func encodesTilesAsDiffusers() throws {
    let golden = try Golden("e-vae/tiny")
    let latents = try GoldenModels.tiny().encode(
      golden.pictures("image")[0], noise: nil, tiling: golden.tiling(),
      cancellation: Cancellation()
    ) { _ in }
    try golden.expect("tiled_latents", latents.values)
  }

  @Test func decodesTilesAsDiffusers() throws {
    let golden = try Golden("e-vae/tiny")
    let pictures = try GoldenModels.tiny().decode(
      golden.latents("latents"), tiling: golden.tiling(), cancellation: Cancellation()
    ) { _ in }
    try golden.expect("tiled_decoded", pictures[0].values)
  }

  @Test func scalesLatentsBothWays() throws {
    let golden = try Golden("e-vae/tiny")
    let config = try GoldenModels.config("taesd-tiny", ["scaling_factor": 4])
    let vae = try AutoencoderTiny(
      GoldenModels.weights("taesd-tiny"), configuration: AutoencoderTinyConfiguration(config))
    let latents = try golden.latents("latents")
    let pictures = try vae.decode(latents.with(latents.values.map { $0 * 4 }))
    try golden.expect("decoded", pictures[0].values)
    let encoded = try vae.encode(golden.pictures("image")[0])
    try golden.expect("latents", encoded.values.map { $0 / 4 })
  }

  @Test func progressRisesToOne() throws {
    let golden = try Golden("e-vae/tiny")
    var shares: [Double] = []
    _ = try GoldenModels.tiny().decode(
      golden.latents("latents"), tiling: nil, cancellation: Cancellation()
    ) { shares.append($0) }
    #expect(shares.count == 14)
    #expect(zip(shares, shares.dropFirst()).allSatisfy { $0 < $1 })
    #expect(abs((shares.last ?? 0) - 1) < 1e-9)
  }

  @Test func refusesTilesWithoutARamp() throws {
    let golden = try Golden("e-vae/tiny")
    // Eight pixels are one latent pixel, on which no ramp can rise; diffusers divides by zero.
    let tiling = Tiling(sampleSize: 64, overlap: 0.125)
    #expect(throws: AutoencoderError.unusableTiling(tiling, factor: 8)) {
      try GoldenModels.tiny().encode(
        golden.pictures("image")[0], noise: nil, tiling: tiling, cancellation: Cancellation()
      ) { _ in }
    }
  }
}
