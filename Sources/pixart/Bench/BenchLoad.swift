import ArgumentParser
import Checkpoints
import Foundation
import Kernels
import Transformers

struct BenchLoad: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "load",
    abstract: "From a transformer's file to its layers: files in turn, compared with the first.",
    discussion: """
      In bf16 and int8 all weights are read and packed; in fp32 they stay in the file. Scripts/\
      original-file.py writes a .pth with the weights of a safetensors file.
      """)

  @Argument(help: "Files of transformers: .safetensors, .pth.")
  var files: [String]

  @OptionGroup var options: BenchOptions

  func run() throws {
    let device = CPU(threads: options.threads).with(options.precision, .packed)
    var seconds = files.map { _ in [Double]() }
    for round in 0...options.runs {
      for (index, file) in files.enumerated() {
        let before = Self.processorSeconds
        try Self.load(URL(filePath: file), on: device)
        // The first round brings the files into memory.
        if round > 0 { seconds[index].append(Self.processorSeconds - before) }
      }
    }
    let medians = seconds.map { $0.sorted()[$0.count / 2] }
    guard !options.json else {
      let object: [String: Any] = [
        "files": files, "processor_seconds": medians, "runs": options.runs,
        "ratio": medians.map { $0 / medians[0] }, "precision": options.precision.rawValue,
      ]
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      return Console.output(String(decoding: data, as: UTF8.self))
    }
    for (file, median) in zip(files, medians) {
      Console.output(
        String(
          format: "%@: %.4f s of processor time (median of %d), %.2f times the first", file, median,
          options.runs, median / medians[0]))
    }
  }

  private static func load(_ file: URL, on device: any Device) throws {
    let model = try ModelFolder(file: file)
    let checkpoint = try model.checkpoint(.transformer)
    _ = try PixArtTransformer(
      Weights(checkpoint, device: device),
      configuration: model.transformerConfiguration(checkpoint))
  }

  /// Of this process, which other programs' work does not change.
  private static var processorSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
