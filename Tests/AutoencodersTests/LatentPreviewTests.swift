import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Autoencoders

@Suite struct LatentPreviewTests {
  @Test func mapsLatentsToColours() {
    let preview = LatentPreview(weights: [[1, 0, 0], [0, -0.5, 0]], bias: [0, 0, 0.2])
    let latents = Latents(
      count: 2, channels: 2, height: 1, width: 2, values: [9, 9, 9, 9, -1, 0.5, 1, 2])
    let image = preview.image(latents, index: 1)
    #expect(image == PixelImage(width: 2, height: 1, bytes: [0, 64, 153, 191, 0, 153]))
  }

  @Test func knowsTheFamilies() throws {
    #expect(try LatentPreview(for: GoldenModels.kl("alpha-tiny")) == .stableDiffusion)
    #expect(try LatentPreview(for: GoldenModels.kl("sigma-tiny")) == .stableDiffusionXL)
  }

  @Test func knowsTheEmbeddedModel() throws {
    let folder = try ModelFolder(
      Golden.root.deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Sources/Checkpoints/Resources/default-model"))
    let vae = try makeAutoencoder(
      Weights(folder.checkpoint(.autoencoder), device: GoldenModels.device),
      configuration: folder.autoencoderConfiguration())
    #expect(try LatentPreview(for: vae) == .defaultModel)
    // The fixed map explains patches of noise, which it was not made for, nearly as well as the
    // map that is best for them.
    let fitted = try LatentPreview(fitting: vae)
    for (known, best) in zip(LatentPreview.defaultModel.weights, fitted.weights) {
      let lengths = (known * known).sum() * (best * best).sum()
      #expect((known * best).sum() > 0.7 * lengths.squareRoot())
    }
  }

  @Test func fittingRecoversALinearMap() {
    let map = LatentPreview(weights: [[1, 2, 3], [-1, 0.5, 0]], bias: [0.25, -0.5, 4])
    let values: [Float] = (0..<70).map { Float(($0 * 37) % 23) / 7 - 1.5 }
    let latents = Latents(count: 1, channels: 2, height: 5, width: 7, values: values)
    let colours: [Float] = (0..<105).map { index in
      let (c, pixel) = (index / 35, index % 35)
      let first = map.weights[0][c] * values[pixel]
      return map.bias[c] + first + map.weights[1][c] * values[35 + pixel]
    }
    let fitted = LatentPreview(latents: latents, colours: colours)
    for (got, want) in zip(fitted.weights + [fitted.bias], map.weights + [map.bias]) {
      for c in 0..<3 { #expect(abs(got[c] - want[c]) < 1e-5) }
    }
  }

  @Test func unknownAutoencodersAreFitted() throws {
    let vae = try GoldenModels.tiny()
    #expect(try LatentPreview(for: vae) == LatentPreview(fitting: vae))
  }
}
