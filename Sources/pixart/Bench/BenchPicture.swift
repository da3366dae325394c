import ArgumentParser
import Checkpoints
import Foundation
import Generation
import Kernels
import Tensors

struct BenchPicture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "picture", abstract: "A picture with the default model, from prompt to pixels.")

  @Option(help: "Denoising steps.")
  var steps = 20

  @OptionGroup var options: BenchOptions

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps takes 1 or more, not \(steps).") }
  }

  func run() async throws {
    let benchmark = Benchmark(options)
    let actor = GenerationActor(
      library: ModelLibrary(), device: benchmark.device, cache: nil)
    var request = GenerationRequest(
      model: "default", prompt: "a red apple on a blue background")
    request.steps = steps
    var stages: [[String: Double]] = []
    for _ in 0...options.runs {
      for await event in actor.generate(request).events {
        switch event {
        case .finished(let summary): stages.append(summary.seconds)
        case .failed(let error): throw error
        default: break
        }
      }
    }
    try report(stages: Array(stages.dropFirst()), device: benchmark.device)
  }
}

extension BenchPicture {
  /// Medians of each stage over the runs.
  private func report(stages: [[String: Double]], device: CPU) throws {
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let names = ["load", "encode", "denoise", "decode"]
    let medians = names.map { name in median(stages.map { $0[name] ?? 0 }) }
    let total = median(stages.map { $0.values.reduce(0, +) })
    let peak = ProcessMemory.now.peak
    guard !options.json else {
      var object: [String: Any] = [
        "seconds_per_picture": total, "steps": steps, "runs": options.runs,
        "peak_rss_bytes": peak, "processor": device.name, "threads": device.threads.width,
        "precision": "fp32",
      ]
      for (name, value) in zip(names, medians) { object[name] = value }
      let data = try JSONSerialization.data(withJSONObject: object, options: .sortedKeys)
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    let parts = zip(names, medians).map { String(format: "%@ %.3f s", $0, $1) }
    Console.output(
      String(
        format: "default model, %d steps: %.2f s (%@), peak RSS %.2f GB", steps, total,
        parts.joined(separator: ", "), Double(peak) / 1e9))
    Console.output("  on \(device.name), fp32")
  }
}
