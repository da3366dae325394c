import ArgumentParser
import Checkpoints
import Foundation
import Generation
import Kernels
import Tensors

struct BenchCancel: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel",
    abstract: "From a cancel at a random moment to the engine's answer, at full size.",
    discussion:
      "Runs take turns: the text encoder, a step of PixArt-Σ XL/2, the decoder. --runs counts all.")

  @Option(help: "Side of the picture in pixels, a multiple of 16.")
  var size = 512

  @Flag(help: "Decode in tiles.")
  var tile = false

  @OptionGroup var options: BenchOptions

  func validate() throws {
    guard size % 16 == 0, (16...8192).contains(size) else {
      throw ValidationError("--size takes a multiple of 16 up to 8192, not \(size).")
    }
  }

  func run() async throws {
    let benchmark = Benchmark(options)
    let library = ModelLibrary()
    let folder = try library.model("default")
    let cacheFolder = FileManager.default.temporaryDirectory
      .appending(path: "pixart-bench-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: cacheFolder) }
    let model = try LoadedModel(
      imitating: folder, device: benchmark.device, weights: RandomTensors(),
      transformer: FullSize.transformer(), autoencoder: FullSize.autoencoder(),
      textWeights: RandomTensors(format: .bfloat16, repeatsLayers: true),
      textEncoder: FullSize.textEncoder())
    let engine = GenerationActor(
      model: model, library: library, device: benchmark.device,
      cache: PromptCache(folder: cacheFolder))
    var request = GenerationRequest(model: "default", prompt: "a red apple")
    request.size = PictureSize(width: size, height: size)
    request.steps = 1
    request.precision = options.precision
    request.tilesDecoding = tile

    let whole = try await WholeRun(engine, request)
    var waits: [CancelStage: [Double]] = [:]
    for index in 0..<options.runs {
      let stage = CancelStage.allCases[index % CancelStage.allCases.count]
      let wait = try await stage.cancel(engine, request, number: index, whole: whole)
      waits[stage, default: []].append(wait)
    }
    try report(waits, device: benchmark.device.name, threads: engine.threads)
  }

  private func report(_ waits: [CancelStage: [Double]], device: String, threads: Int) throws {
    let all = Spread(waits.values.joined())
    guard !options.json else {
      var object = all.facts
      for (stage, waits) in waits { object[stage.rawValue] = Spread(waits).facts }
      object.merge(
        [
          "size": size, "tiled": tile, "runs": options.runs, "processor": device,
          "threads": threads,
        ]
      ) { _, new in new }
      let data = try JSONSerialization.data(
        withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
      Console.output(String(decoding: data, as: UTF8.self))
      return
    }
    Console.output("cancel to answer, \(size)x\(size) px: \(all) of \(options.runs)")
    for stage in CancelStage.allCases {
      if let waits = waits[stage] { Console.output("  \(stage.rawValue): \(Spread(waits))") }
    }
    Console.output("  on \(device), \(threads) threads, fp32")
  }
}

/// Median, 95th percentile and maximum of times in seconds, told in milliseconds.
private struct Spread: CustomStringConvertible {
  private let sorted: [Double]

  init(_ seconds: some Sequence<Double>) { sorted = seconds.map { 1000 * $0 }.sorted() }

  private func percentile(_ share: Double) -> Double {
    guard !sorted.isEmpty else { return 0 }
    return sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
  }

  var facts: [String: Any] {
    [
      "median_ms": percentile(0.5), "p95_ms": percentile(0.95), "max_ms": percentile(1),
      "milliseconds": sorted,
    ]
  }

  var description: String {
    String(
      format: "median %.1f ms, 95th percentile %.1f ms, most %.1f ms", percentile(0.5),
      percentile(0.95), percentile(1))
  }
}

/// One run to its end: how long its stages take, and a place to go on from in the decoder.
private struct WholeRun {
  let encoding: Double
  let step: Double
  let decoding: Double
  /// With all steps done.
  let kept: SuspendedRun

  init(_ engine: GenerationActor, _ request: GenerationRequest) async throws {
    var seconds: [String: Double] = [:]
    for await event in engine.generate(request).events {
      switch event {
      case .finished(let summary): seconds = summary.seconds
      case .failed(let error): throw error
      default: break
      }
    }
    var kept: SuspendedRun?
    let job = engine.generate(request)
    for await event in job.events {
      switch event {
      case .decoding: job.cancel()
      case .cancelled(let run): kept = run
      case .failed(let error): throw error
      default: break
      }
    }
    guard let kept else { throw CancelBenchError.tooFast }
    self.kept = kept
    encoding = seconds["encode"] ?? 0
    step = seconds["denoise"] ?? 0
    decoding = seconds["decode"] ?? 0
  }
}

enum CancelBenchError: Error, CustomStringConvertible {
  case tooFast

  var description: String { "The decoder was done before it could be cancelled. Raise --size." }
}

/// Where a run is cancelled.
private enum CancelStage: String, CaseIterable {
  case encode, step, decode

  private func hasBegun(_ event: GenerationEvent) -> Bool {
    switch (self, event) {
    case (.encode, .progressed(.encodingPrompt, _)), (.step, .progressed(.step, _)),
      (.decode, .decoding):
      true
    default: false
    }
  }

  /// Cancels a run at a random moment of this stage, again if that came too late.
  ///
  /// - Returns: Seconds from the call to the answer.
  func cancel(
    _ engine: GenerationActor, _ request: GenerationRequest, number: Int, whole: WholeRun
  ) async throws -> Double {
    var request = request
    // A prompt that is not in the cache.
    if self == .encode { request.prompt += " \(number)" }
    let length =
      switch self {
      case .encode: whole.encoding
      case .step: whole.step
      case .decode: whole.decoding
      }
    while true {
      let job = engine.generate(request, resuming: self == .decode ? whole.kept : nil)
      var call: Task<ContinuousClock.Instant, any Error>?
      var answer: ContinuousClock.Instant?
      for await event in job.events {
        if call == nil, hasBegun(event) {
          let moment = Duration.seconds(Double.random(in: 0...0.9 * length))
          call = Task {
            try await Task.sleep(for: moment)
            let now = ContinuousClock.now
            job.cancel()
            return now
          }
        }
        if case .cancelled = event { answer = .now }
        if case .failed(let error) = event { throw error }
      }
      if let answer, let called = try await call?.value {
        let duration = (answer - called).components
        return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
      }
      call?.cancel()
    }
  }
}
