import Checkpoints
import Foundation
import Gallery
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
    // Errors on a picture that neither map was fitted to, as numpy has them from the latents of
    // diffusers; that of the picture's mean colour would be 0.550.
    let picture = try Picture(
      ImageFile.decode(Golden.root.appending(path: "default-model/apple.png")))
    let latents = try vae.encode(picture)
    let known = error(of: .defaultModel, on: latents, of: picture)
    #expect(abs(known - 0.1810) < 0.0005, "\(known)")
    let fitted = try error(of: LatentPreview(fitting: vae), on: latents, of: picture)
    #expect(abs(fitted - 0.2505) < 0.0005, "\(fitted)")
  }

  /// Root mean square of what the map misses of the colours, averaged over 8×8 pixels.
  private func error(of map: LatentPreview, on latents: Latents, of picture: Picture) -> Float {
    let (height, width) = (latents.height, latents.width)
    var squares: Float = 0
    for (row, column) in (0..<height * width).map({ ($0 / width, $0 % width) }) {
      var colour = map.bias
      for channel in 0..<latents.channels {
        colour += map.weights[channel] * latents.values[(channel * height + row) * width + column]
      }
      for c in 0..<3 {
        var mean: Float = 0
        for y in 8 * row..<8 * row + 8 {
          for x in 8 * column..<8 * column + 8 {
            mean += picture.values[(c * picture.height + y) * picture.width + x] / 64
          }
        }
        squares += (colour[c] - mean) * (colour[c] - mean)
      }
    }
    return (squares / Float(3 * height * width)).squareRoot()
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
