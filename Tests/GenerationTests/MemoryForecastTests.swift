import Autoencoders
import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

@Suite struct MemoryForecastTests {
  private let model: LoadedModel

  init() throws {
    model = try LoadedModel(
      ModelFolder(Golden.model("sigma-tiny")), device: CPU(threads: 1)
    ) { _, _, _ in }
  }

  private func forecast(side: Int, guided: Bool = true, tiling: Tiling? = nil) -> MemoryForecast {
    MemoryForecast(
      model, made: PictureSize(width: side, height: side), guided: guided, tiling: tiling)
  }

  @Test func growsWithThePicture() {
    let (small, large) = (forecast(side: 512), forecast(side: 1024))
    #expect(small.weights == large.weights)
    #expect((2...5).contains(Double(large.activations) / Double(small.activations)))
  }

  /// Tiles and two whole pictures of 3 x 4 bytes a pixel, or what denoising needs.
  @Test func countsTilesWhereThePictureIsDecodedInTiles() {
    let tiling = Tiling(sampleSize: 256, overlap: 0.25)
    let (whole, tiled) = (forecast(side: 2048), forecast(side: 2048, tiling: tiling))
    let tiles = model.autoencoder.decodingBytes(width: 256, height: 256) + 2 * 12 * 2048 * 2048
    let denoising = (2 * 128 * 128 * 8 + 2 * 2 * 300 * 2) * 72 * 4
    #expect(tiled.activations == max(tiles, denoising))
    #expect(tiled.activations < whole.activations)
    let small = forecast(side: 64, tiling: tiling).activations
    #expect(small == forecast(side: 64).activations + 2 * 12 * 64 * 64)
  }

  @Test func refusesNothingThatFits() throws {
    try forecast(side: 64).check(PictureSize(width: 64, height: 64))
  }
}
