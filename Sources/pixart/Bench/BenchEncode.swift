import ArgumentParser
import Checkpoints
import Kernels
import Tensors
import TextEncoding

struct BenchEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "One prompt through T5 XXL in bf16; its 24 layers share one layer's memory.")

  @Option(help: "Tokens of the prompt.")
  var tokens = 40

  @Option(help: "A model's name or folder. Random weights of the published size if not given.")
  var model: String?

  @Flag(help: "Also what each kind of work takes of the time, and of the machine's most.")
  var breakdown = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    guard (1...4096).contains(tokens) else {
      throw ValidationError("--tokens takes 1 to 4096, not \(tokens).")
    }
  }

  func run() throws {
    let benchmark = Benchmark(options, hasBreakdown: breakdown)
    let (source, configuration) = try weights()
    let encoder = try T5Encoder(
      Weights(source, device: benchmark.modelDevice.with(options.precision, .mapped)),
      configuration: configuration)
    let ids = (0..<tokens).map { 2 + $0 % (configuration.vocabSize - 2) }
    let (width, count) = (Double(configuration.dModel), Double(tokens))
    let layer =
      4 * width * Double(configuration.innerDim) + 3 * width * Double(configuration.dFF)
    let operations =
      2 * Double(configuration.numLayers)
      * (count * layer + 2 * count * count * Double(configuration.innerDim))
    try benchmark.run(
      "T5 XXL, \(tokens) tokens", key: "seconds_per_prompt", operations: operations,
      facts: ["tokens": tokens]
    ) {
      _ = try encoder(ids, cancellation: Cancellation())
    }
  }

  private func weights() throws -> (any TensorSource, T5Configuration) {
    guard let name = model else {
      return (
        RandomTensors(format: .bfloat16, repeatsLayers: true), try FullSize.textEncoder()
      )
    }
    let folder = try ModelLibrary().model(name)
    return (try folder.checkpoint(.textEncoder), try folder.textEncoderConfiguration())
  }
}
