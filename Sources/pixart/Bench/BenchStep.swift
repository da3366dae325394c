import ArgumentParser
import Checkpoints
import Foundation
import Kernels
import Tensors
import Transformers

struct BenchStep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "One guided denoising step of PixArt-Σ XL/2.")

  @Option var size = 512
  @Option var runs = 5
  @Option var threads: Int?

  func run() throws {
    let device = CPU(threads: threads)
    let model = try PixArtTransformer(
      Weights(RandomTensors(), device: device), configuration: TransformerConfiguration())
    func caption(_ tokens: Int) -> TokenEmbeddings {
      TokenEmbeddings(
        tokens: tokens, channels: 4096, values: (0..<tokens * 4096).map { sin(Float($0)) })
    }
    let side = size / 8
    let context = model.prepare(captions: [caption(1), caption(40)], height: side, width: side)
    let latents = Latents(
      count: 2, channels: 4, height: side, width: side,
      values: (0..<2 * 4 * side * side).map { sin(Float($0) * 1.7) })
    for _ in 0...runs {
      let start = ContinuousClock.now
      _ = try model(latents, timestep: 500, context: context, cancellation: Cancellation())
      var u = rusage(); getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &u)
      print(ContinuousClock.now - start, u.ru_utime, u.ru_stime)
    }
  }
}
