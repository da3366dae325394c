import ArgumentParser
import Checkpoints
import Foundation
import Generation
import Jobs
import Kernels

struct BenchForecast: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "forecast",
    abstract: "Forecasts of ten mixed requests beside what they took, after one run to calibrate.",
    discussion: "Each request is a run of 'pixart generate' of its own, so that its peak is too.")

  @Option(help: "A model's name or folder.")
  var model = "default"

  @Option(help: "Side of the largest picture. The model's own if not given.")
  var size: Int?

  @Option(help: "Steps of the longest request.")
  var steps = 20

  @Option(help: "Runs of each request; the quickest counts.")
  var runs = 1

  @Option(help: "Threads that compute. All cores if not given.")
  var threads: Int?

  @Flag(help: "Print one JSON object.")
  var json = false

  func validate() throws {
    if steps < 4 { throw ValidationError("--steps takes 4 or more, not \(steps).") }
    if runs < 1 { throw ValidationError("--runs takes 1 or more, not \(runs).") }
    if let threads, !(1...1024).contains(threads) {
      throw ValidationError("--threads takes 1 to 1024, not \(threads).")
    }
  }

  func run() throws {
    let base = ProcessMemory.now.resident
    let folder = try ModelLibrary().model(model)
    let description = ModelDescription(folder)
    let meter = try PromptMeter(model: folder)
    let place = FileManager.default.temporaryDirectory
      .appending(path: "pixart-forecast-\(ProcessInfo.processInfo.processIdentifier)")
    defer { try? FileManager.default.removeItem(at: place) }
    let encodedPrompts = place.appending(path: "pixart/prompts")
    let cache = PromptCache(folder: encodedPrompts)
    var forecaster = Forecaster(calibration: MachineCalibration(), baseBytes: base)
    let device = CPU(threads: threads)
    forecaster.guess(on: device)

    var rows: [Row] = []
    for job in jobs(of: description) {
      guard
        let facts = try job.facts(
          of: description, meter: meter, cache: cache, isLoaded: false, device: device),
        let forecast = forecaster.forecast(facts, of: description)
      else { throw ForecastError.unreadable(model: description.faults.first ?? model) }
      let run = try measure(job, in: place, encodedPrompts: encodedPrompts)
      if rows.isEmpty {
        forecaster.learn(facts, of: description, from: run.figures)
      }
      rows.append(Row(job: job, facts: facts, forecast: forecast, run: run))
      if !json { Console.output(rows[rows.count - 1].line(isFirst: rows.count == 1)) }
    }
    try conclude(rows)
  }

  /// The quickest of some runs, each of which finds the prompts encoded that the first one found.
  private func measure(_ job: JobRequest, in place: URL, encodedPrompts: URL) throws -> MeasuredRun
  {
    let before = Set(encodedPrompts.visibleNames)
    var best = try MeasuredRun(job, threads: threads, in: place)
    for _ in 1..<runs {
      for name in encodedPrompts.visibleNames where !before.contains(name) {
        try FileManager.default.removeItem(at: encodedPrompts.appending(path: name))
      }
      let run = try MeasuredRun(job, threads: threads, in: place)
      if run.total < best.total { best = run }
    }
    return best
  }

  private func conclude(_ rows: [Row]) throws {
    let judged = rows.dropFirst()
    let time = judged.map { abs($0.timeError) }.max() ?? 0
    let memory = judged.map { abs($0.memoryError) }.max() ?? 0
    guard json else {
      Console.output(
        String(
          format: "worst of %d: time %.0f %%, memory %.0f %%", judged.count, 100 * time,
          100 * memory))
      return
    }
    let object: [String: Any] = [
      "worst_time_error": time, "worst_memory_error": memory, "model": model,
      "requests": rows.map(\.object), "processor": CPU().name,
    ]
    let data = try JSONSerialization.data(
      withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    Console.output(String(decoding: data, as: UTF8.self))
  }

  // MARK: Requests

  /// The one to calibrate with, then ten: sizes, steps, guidance, several pictures, tiles; prompts
  /// that were encoded before and new ones.
  private func jobs(of description: ModelDescription) -> [JobRequest] {
    let side = size ?? description.nativeSide ?? 512
    let multiple = description.sizeMultiple
    func length(_ share: Double) -> Int {
      max(1, Int((Double(side) * share / Double(multiple)).rounded())) * multiple
    }
    func job(
      _ width: Double, _ height: Double, steps: Int, guidance: Double = 4.5, count: Int = 1,
      prompt: String = "a red apple on a blue background", tile: Bool = false
    ) -> JobRequest {
      var job = JobRequest(prompt: prompt)
      job.model = model
      job.size = "\(length(width))x\(length(height))"
      job.steps = max(2, steps)
      job.guidance = guidance
      job.count = count
      job.tile = tile
      return job
    }
    let long = String(repeating: "a small stone house under tall trees beside a river, ", count: 8)
    return [
      job(1, 1, steps: steps / 2, prompt: "a yellow circle and a green square on grey"),
      job(1, 1, steps: steps),
      job(1, 1, steps: steps / 2, guidance: 1),
      job(1, 0.5, steps: steps / 2),
      job(0.5, 1, steps: steps, guidance: 1, prompt: long),
      job(0.75, 0.75, steps: steps / 2, count: 2),
      job(0.5, 0.5, steps: steps),
      job(1, 0.75, steps: steps / 4, prompt: "two green squares"),
      job(1, 1, steps: steps / 2, tile: true),
      job(0.5, 0.5, steps: steps / 2, guidance: 7, count: 3, prompt: long),
      job(0.75, 1, steps: steps / 4, guidance: 1),
    ]
  }

  // MARK: Rows

  private struct Row {
    let job: JobRequest
    let facts: RequestFacts
    let forecast: GenerationForecast
    let run: MeasuredRun

    var timeError: Double { forecast.seconds / run.total - 1 }
    var memoryError: Double { Double(forecast.peakBytes) / Double(run.peakBytes) - 1 }

    func line(isFirst: Bool) -> String {
      let what =
        "\(facts.size) \(facts.steps) steps\(facts.isGuided ? "" : " unguided")"
        + (facts.count > 1 ? " ×\(facts.count)" : "") + (facts.tilesDecoding ? " tiled" : "")
        + " \(facts.encodedTokens.reduce(0, +)) new of \(facts.promptTokens.reduce(0, +)) tokens"
      return what.padding(toLength: 56, withPad: " ", startingAt: 0)
        + String(
          format: " %7.2f s, took %7.2f (%+4.0f %%) %6.0f MB, took %6.0f (%+4.0f %%)%@",
          forecast.seconds, run.total, 100 * timeError, Double(forecast.peakBytes) / 1e6,
          Double(run.peakBytes) / 1e6, 100 * memoryError, isFirst ? " calibrates" : "")
    }

    var object: [String: Any] {
      [
        "command": job.commandLine(), "seconds": run.total, "forecast_seconds": forecast.seconds,
        "peak_rss_bytes": run.peakBytes, "forecast_bytes": forecast.peakBytes,
        "stages": run.seconds,
        "forecast_stages": Dictionary(
          uniqueKeysWithValues: forecast.stages.map { ($0.key.rawValue, $0.value) }),
      ]
    }
  }
}

/// What a run of the program itself took.
private struct MeasuredRun {
  private(set) var figures: RunFigures
  let peakBytes: Int

  var seconds: [String: Double] { figures.seconds }

  var total: Double { seconds.values.reduce(0, +) }

  /// - Parameter place: For pictures and encoded prompts.
  init(_ job: JobRequest, threads: Int?, in place: URL) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments =
      job.arguments + ["--json", "--gallery", place.appending(path: "gallery").path]
      + (threads.map { ["--threads", "\($0)"] } ?? [])
    process.environment = ProcessInfo.processInfo.environment.merging([
      "XDG_CACHE_HOME": place.path, "XDG_STATE_HOME": place.path,
    ]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let last = output.split(separator: UInt8(ascii: "\n")).last ?? Data()
    guard process.terminationStatus == 0,
      let event = try JSONSerialization.jsonObject(with: last) as? [String: Any],
      let seconds = event["seconds"] as? [String: Double],
      let peak = event["peak_rss_bytes"] as? Int
    else { throw ForecastError.failed(command: job.commandLine()) }
    figures = RunFigures(seconds: seconds)
    figures.secondsPerStep = event["seconds_per_step"] as? Double
    figures.wasCold = event["cold"] as? Bool ?? false
    figures.peakBytes = peak
    peakBytes = peak
  }
}

private enum ForecastError: Error, CustomStringConvertible {
  case unreadable(model: String)
  case failed(command: String)

  var description: String {
    switch self {
    case .unreadable(let model): "The model cannot be read: \(model)"
    case .failed(let command): "This failed: \(command)"
    }
  }
}
