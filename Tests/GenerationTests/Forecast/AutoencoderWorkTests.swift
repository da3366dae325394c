import Autoencoders
import Checkpoints
import Foundation
import Kernels
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Against the layers themselves, which count as they are made.
@Suite struct AutoencoderWorkTests {
  private func work(_ model: String) throws -> (AutoencoderWork, any Autoencoder) {
    let folder = try ModelFolder(Golden.model(model))
    let configuration = try folder.autoencoderConfiguration()
    let autoencoder = try makeAutoencoder(
      Weights(folder.checkpoint(.autoencoder), device: CPU(threads: 1)),
      configuration: configuration)
    return (AutoencoderWork(configuration), autoencoder)
  }

  @Test(arguments: ["sigma-tiny", "alpha-tiny"], [(64, 48), (128, 256)])
  func countsWhatLayersCount(model: String, size: (width: Int, height: Int)) throws {
    let (work, autoencoder) = try work(model)
    let factor = autoencoder.spatialFactor
    let counted = autoencoder.decodingMultiplyAdds(
      height: size.height / factor, width: size.width / factor)
    #expect(
      work.decoding(PictureSize(width: size.width, height: size.height), tiled: false) == counted)
  }

  @Test func countsTinyLayers() throws {
    let file = try ConfigurationFile(
      Golden.model("taesd-tiny").appending(path: "config.json"))
    let configuration = try AutoencoderConfiguration(file)
    let autoencoder = try makeAutoencoder(
      Weights(Checkpoint(folder: Golden.model("taesd-tiny")), device: CPU(threads: 1)),
      configuration: configuration)
    let factor = configuration.spatialFactor
    #expect(
      AutoencoderWork(configuration).decoding(PictureSize(width: 64, height: 48), tiled: false)
        == autoencoder.decodingMultiplyAdds(height: 48 / factor, width: 64 / factor))
  }

  @Test func countsTiles() throws {
    let (work, autoencoder) = try work("sigma-tiny")
    let side = autoencoder.defaultTiling.sampleSize
    let whole = PictureSize(width: 4 * side, height: 4 * side)
    // Attention within tiles alone is far less; convolutions are 16 / 9 of the work.
    #expect(work.decoding(whole, tiled: true) < work.decoding(whole, tiled: false))
    let small = PictureSize(width: side, height: side)
    #expect(work.decoding(small, tiled: true) == work.decoding(small, tiled: false))
    #expect(work.decodingBytes(whole, tiled: true) < work.decodingBytes(whole, tiled: false))
  }
}
