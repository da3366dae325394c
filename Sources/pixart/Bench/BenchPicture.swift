import ArgumentParser
import Checkpoints
import Foundation
import Generation
import Kernels
import Tensors

struct BenchPicture: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "picture",
    abstract: "A picture from prompt to pixels, as every one after the first.",
    discussion:
      "The first, of one step, opens the model. Every prompt is encoded anew; guidance is 4.5.")

  @Option(help: "A model's name or folder.")
  var model = "default"

  @Option(help: "Width and height in pixels. The model's own if not given.")
  var size: Int?

  @Option(help: "Denoising steps.")
  var steps = 20

  @Option(help: "What the picture shows.")
  var prompt = "a red apple on a blue background"

  @OptionGroup var options: BenchOptions

  func validate() throws {
    if steps < 1 { throw ValidationError("--steps takes 1 or more, not \(steps).") }
    if let size, size % 8 != 0 || !(8...8192).contains(size) {
      throw ValidationError("--size takes a multiple of 8 up to 8192, not \(size).")
    }
  }

  func run() async throws {
    let benchmark = Benchmark(options)
    let actor = GenerationActor(
      library: ModelLibrary(), device: benchmark.device, cache: nil)
    var request = GenerationRequest(model: model, prompt: prompt)
    request.size = size.map { PictureSize(width: $0, height: $0) }
    request.precision = options.precision
    var facts = PictureFacts()
    request.steps = 1
    _ = try await picture(request, actor, &facts)
    request.steps = steps
    var stages: [[String: Double]] = []
    for _ in 0..<options.runs { stages.append(try await picture(request, actor, &facts)) }
    try report(stages, facts, device: benchmark.device)
  }

  /// - Returns: Seconds of each stage.
  private func picture(
    _ request: GenerationRequest, _ actor: GenerationActor, _ facts: inout PictureFacts
  ) async throws -> [String: Double] {
    var seconds: [String: Double] = [:]
    for await event in actor.generate(request).events {
      switch event {
      case .computing(let choice): facts.choice = choice
      case .promptEncoded(let prompt): facts.tokens = prompt.tokens
      case .picture(let picture): facts.size = picture.madeSize
      case .finished(let summary): seconds = summary.seconds
      case .failed(let error): throw error
      default: break
      }
    }
    return seconds
  }
}

/// What a run told of itself.
private struct PictureFacts {
  var choice: PrecisionChoice?
  var tokens = 0
  var size: PictureSize?
}

extension BenchPicture {
  /// Medians of each stage over the runs.
  private func report(_ stages: [[String: Double]], _ facts: PictureFacts, device: CPU) throws {
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let names = ["load", "encode", "denoise", "decode"]
    let medians = names.map { name in median(stages.map { $0[name] ?? 0 }) }
    let totals = stages.map { $0.values.reduce(0, +) }
    let peak = ProcessMemory.now.peak
    let choice = facts.choice.map { "\($0)" } ?? options.precision.rawValue
    let size = facts.size.map { "\($0)" } ?? ""
    guard !options.json else {
      var object: [String: Any] = [
        "seconds_per_picture": median(totals), "seconds": totals, "steps": steps,
        "runs": options.runs, "peak_rss_bytes": peak, "processor": device.name,
        "threads": device.threads.width, "precision": options.precision.rawValue,
        "precision_reason": choice, "size": size, "tokens": facts.tokens, "model": model,
      ]
      for (name, value) in zip(names, medians) { object[name] = value }
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    let parts = zip(names, medians).map { String(format: "%@ %.3f s", $0, $1) }
    Console.output(
      String(
        format: "%@, %@ px, %d tokens, %d steps: %.2f s (%@), peak RSS %.2f GB", model, size,
        facts.tokens, steps, median(totals), parts.joined(separator: ", "), Double(peak) / 1e9))
    Console.output("  on \(device.name), \(device.threads.width) threads, \(choice)")
  }
}
