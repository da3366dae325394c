import ArgumentParser
import Autoencoders
import Checkpoints
import Foundation
import Generation
import Tensors

struct BenchDecode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "decode",
    abstract: "One picture through the full-size AutoencoderKL.",
    discussion:
      "Operations are those of direct convolution; Winograd does fewer, so the rate can pass the peak."
  )

  @Option(help: "Side of the picture in pixels, a multiple of 8.")
  var size = 512

  @Flag(help: "Decode in tiles.")
  var tile = false

  @Option(help: "A model's name or folder. Random weights of the published size if not given.")
  var model: String?

  @Flag(help: "Also what each kind of work takes of the time, and of the machine's most.")
  var breakdown = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    guard size % 8 == 0, (8...8192).contains(size) else {
      throw ValidationError("--size takes a multiple of 8 up to 8192, not \(size).")
    }
  }

  func run() throws {
    let benchmark = Benchmark(options, hasBreakdown: breakdown)
    let (source, configuration) = try weights()
    let autoencoder = try makeAutoencoder(
      Weights(source, device: benchmark.modelDevice), configuration: configuration)
    let (side, channels) = (size / autoencoder.spatialFactor, autoencoder.latentChannels)
    let latents = Latents(
      count: 1, channels: channels, height: side, width: side,
      values: (0..<channels * side * side).map { 0.1 * sin(Float($0) * 1.7) })
    try benchmark.run(
      "AutoencoderKL decode, \(size)x\(size) px", key: "seconds_per_picture",
      operations: 2 * autoencoder.decodingMultiplyAdds(height: side, width: side),
      facts: ["size": size]
    ) {
      _ = try autoencoder.decode(
        latents, tiling: tile ? autoencoder.defaultTiling : nil, cancellation: Cancellation()
      ) { _ in }
    }
  }

  private func weights() throws -> (any TensorSource, AutoencoderConfiguration) {
    guard let name = model else { return (RandomTensors(), try FullSize.autoencoder()) }
    let folder = try ModelLibrary().model(name)
    return (try folder.checkpoint(.autoencoder), try folder.autoencoderConfiguration())
  }
}
