import ArgumentParser
import Checkpoints
import Foundation
import Tensors
import Transformers

struct BenchStep: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step",
    abstract: "One guided step of PixArt-Σ XL/2: a prompt of 40 tokens against one of 1.")

  @Option(help: "Side of the picture in pixels, a multiple of 16.")
  var size = 512

  @Option(help: "A model's name or folder. Random weights of the published size if not given.")
  var model: String?

  @Flag(help: "Also what each kind of work takes of the time, and of the machine's most.")
  var breakdown = false

  @Option(
    help: "Also a step with a random LoRA adapter of this rank on all linear layers, in turns.")
  var loraRank: Int?

  @Flag(help: "A step without and with a ControlNet of random weights, by turns.")
  var control = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    guard size % 16 == 0, (16...8192).contains(size) else {
      throw ValidationError("--size takes a multiple of 16 up to 8192, not \(size).")
    }
    if let loraRank, !(1...Adapter.mostRank).contains(loraRank) {
      throw ValidationError("--lora-rank takes 1 to \(Adapter.mostRank), not \(loraRank).")
    }
    if [breakdown, loraRank != nil, control].count(where: { $0 }) > 1 {
      throw ValidationError("--control, --lora-rank and --breakdown go one at a time.")
    }
  }

  func run() throws {
    let benchmark = Benchmark(options, hasBreakdown: breakdown)
    let (source, configuration) = try weights()
    let weights = Weights(source, device: benchmark.modelDevice).keepingMatrices()
    let transformer = try PixArtTransformer(weights, configuration: configuration)
    let tokens = [1, 40]
    let captions = tokens.map { count in
      TokenEmbeddings(
        tokens: count, channels: configuration.captionChannels,
        values: (0..<count * configuration.captionChannels).map { sin(Float($0)) })
    }
    let side = size / 8
    let context = transformer.prepare(captions: captions, height: side, width: side)
    let latents = Latents(
      count: 2, channels: configuration.inChannels, height: side, width: side,
      values: (0..<2 * configuration.inChannels * side * side).map { sin(Float($0) * 1.7) })
    if let loraRank {
      let layers = try RandomTensors().adapter(rank: loraRank, for: configuration)
      let adapted = try PixArtTransformer(
        weights.adapted(by: AdaptedLayers([(layers: layers, scale: 1)])),
        configuration: configuration)
      let other = adapted.prepare(captions: captions, height: side, width: side)
      var comparison = AdapterComparison(rank: loraRank, size: size)
      try comparison.run(options.runs) {
        _ = try transformer(latents, timestep: 500, context: context, cancellation: Cancellation())
      } with: {
        _ = try adapted(latents, timestep: 500, context: other, cancellation: Cancellation())
      }
      return try comparison.tell(benchmark)
    }
    guard !control else {
      return try runControl(
        benchmark, transformer, source: source, captions: captions, latents: latents)
    }
    try benchmark.run(
      "guided step, \(size)x\(size) px", key: "seconds_per_step",
      operations: operations(configuration, captionTokens: tokens), facts: ["size": size]
    ) {
      _ = try transformer(latents, timestep: 500, context: context, cancellation: Cancellation())
    }
  }

  private func weights() throws -> (any TensorSource, TransformerConfiguration) {
    guard let name = model else { return (RandomTensors(), try FullSize.transformer()) }
    let folder = try ModelLibrary().model(name)
    let checkpoint = try folder.checkpoint(.transformer)
    return (checkpoint, try folder.transformerConfiguration(checkpoint))
  }

  /// Products of one step; what is computed once a prompt is not in it.
  private func operations(_ c: TransformerConfiguration, captionTokens: [Int]) -> Double {
    let (width, patches) = (Double(c.hiddenSize), pow(Double(size / 8 / c.patchSize), 2))
    let multiplyAdds = captionTokens.reduce(0.0) { sum, tokens in
      // Self-attention's four products and feed-forward's eight; cross-attention's two for the
      // picture, but not for rows that look at one token.
      let products = (4 + 8 + (tokens > 1 ? 2 : 0)) * patches * width * width
      let crossed = tokens > 1 ? Double(tokens) : 0
      return sum + products + 2 * patches * patches * width + 2 * patches * crossed * width
    }
    return 2 * Double(c.numLayers) * multiplyAdds
  }
}
