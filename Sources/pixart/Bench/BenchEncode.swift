import ArgumentParser
import Checkpoints
import Kernels
import Studio
import Tensors
import TextEncoding

struct BenchEncode: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encode",
    abstract: "One prompt through T5 XXL in bf16; its 24 layers share one layer's memory.",
    discussion: """
      In int8 each layer has its own, 5.6 GB in all. A model's are those that 'generate' keeps in the \
      cache folder, where they are put if they are not there.
      """)

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
    let (weights, configuration) = try weights(on: benchmark.modelDevice)
    let encoder = try T5Encoder(weights, configuration: configuration)
    let ids = (0..<tokens).map { 2 + $0 % (configuration.vocabSize - 2) }
    let (width, count) = (Double(configuration.dModel), Double(tokens))
    let layer =
      4 * width * Double(configuration.innerDim) + 3 * width * Double(configuration.dFF)
    let operations =
      2 * Double(configuration.numLayers)
      * (count * layer + 2 * count * count * Double(configuration.innerDim))
    // In int8 what ends a feed-forward is in bfloat16.
    let bytes =
      options.precision == .int8
      ? layer + width * Double(configuration.dFF)
      : try Double(storedBytes(weights, configuration)) * layer
    try benchmark.run(
      "T5 XXL, \(tokens) tokens", key: "seconds_per_prompt", operations: operations,
      weightBytes: Double(configuration.numLayers) * bytes, facts: ["tokens": tokens]
    ) {
      _ = try encoder(ids, cancellation: Cancellation())
    }
  }

  private func weights(on device: any Device) throws -> (Weights, T5Configuration) {
    let isInt8 = options.precision == .int8
    guard let name = model else {
      let random = RandomTensors(format: .bfloat16, repeatsLayers: true)
      let narrow = device.with(options.precision, isInt8 ? .packed : .mapped)
      return (Weights(random, device: narrow), try FullSize.textEncoder())
    }
    let folder = try ModelLibrary().model(name)
    let checkpoint = try folder.checkpoint(.textEncoder)
    let narrow = device.with(options.precision, .mapped)
    let prepared = try PreparedWeights(folder: StudioFolders().preparedWeights)
      .open(checkpoint, for: narrow, cancellation: Cancellation()) {
        if case .noted(let text) = $0 { Console.error("pixart: \(text)") }
      }
    return (
      Weights(checkpoint.withEvenColumns(for: narrow), device: narrow, prepared: prepared),
      try folder.textEncoderConfiguration()
    )
  }

  /// Of a number of the layers.
  private func storedBytes(_ weights: Weights, _ configuration: T5Configuration) throws -> Int {
    try weights["encoder.block.0.layer.0.SelfAttention"].tensor(
      "q.weight", shape: [configuration.innerDim, configuration.dModel]
    ).format.bytes
  }
}
