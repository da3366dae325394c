import Checkpoints
import Foundation
import Generation
import Jobs
import Kernels
import Synchronization

/// What requests will take on this machine, and learning from those that were made.
final class ForecastDesk: Sendable {
  /// A model's facts and its vocabulary.
  struct Model: Sendable {
    let description: ModelDescription
    let meter: PromptMeter?
  }

  /// A request that has begun.
  struct Begun: Sendable {
    let model: ModelDescription
    let facts: RequestFacts
    /// Whether the peak that the kernel tells is that of this request.
    let knowsPeak: Bool
  }

  private struct Opened: Equatable {
    let model: String
    let precision: String?
  }

  private struct State {
    var forecaster: Forecaster
    var isGuessed = false
    var models: [String: Model] = [:]
    /// The model that the engine has open.
    var open: Opened?
  }

  private let file: CalibrationFile
  private let device: CPU
  private let cache: PromptCache
  private let prepared: PreparedWeights
  private let library: ModelLibrary
  // Asked by the assessor's thread, taught by the job runner's.
  private let state: Mutex<State>

  init(
    file: URL, device: CPU, cache: PromptCache, prepared: PreparedWeights, library: ModelLibrary
  ) {
    self.file = CalibrationFile(file, machine: "\(device.name), \(device.threadCount) threads")
    self.device = device
    self.cache = cache
    self.prepared = prepared
    self.library = library
    state = Mutex(
      State(
        forecaster: Forecaster(
          calibration: self.file.load(), baseBytes: ProcessMemory.now.resident)))
  }

  /// - Throws: What is wrong with the model.
  func model(_ name: String) throws -> Model {
    if let model = state.withLock({ $0.models[name] }) { return model }
    let folder = try library.model(name)
    let model = Model(
      description: ModelDescription(folder), meter: try? PromptMeter(model: folder))
    state.withLock { $0.models[name] = model }
    return model
  }

  /// What would go wrong with a request's condition.
  func controlProblems(_ request: JobRequest, of model: ModelDescription) -> [RequestProblem] {
    model.controlProblems(for: request, in: library)
  }

  /// - Returns: Nil if a part of the model cannot be read.
  /// - Throws: What makes the request impossible.
  func forecast(_ request: JobRequest) throws -> GenerationForecast? {
    guard let (model, facts) = try facts(of: request) else { return nil }
    return state.withLock { state in
      if !state.isGuessed { state.forecaster.guess(on: device) }
      state.isGuessed = true
      return state.forecaster.forecast(facts, of: model)
    }
  }

  private func facts(of request: JobRequest) throws -> (ModelDescription, RequestFacts)? {
    let model = try model(request.model)
    guard let meter = model.meter else { return nil }
    let isLoaded = state.withLock {
      $0.open == Opened(model: request.model, precision: request.precision)
    }
    let facts = try request.facts(
      of: model.description, meter: meter, cache: cache, prepared: prepared,
      control: request.controlFacts(of: model.description, in: library), isLoaded: isLoaded,
      device: device)
    return facts.map { (model.description, $0) }
  }

  /// Notes what a request is before it changes what is loaded and cached.
  func begin(_ request: JobRequest) -> Begun? {
    // Without facts nothing is learned; the engine says what is wrong.
    guard let (model, facts) = try? facts(of: request) else { return nil }
    state.withLock { $0.open = Opened(model: request.model, precision: request.precision) }
    return Begun(model: model, facts: facts, knowsPeak: ProcessMemory.resetPeak())
  }

  /// Takes a finished request into account, and keeps what was learned.
  func learn(_ begun: Begun?, _ summary: GenerationSummary) {
    guard let begun else { return }
    var figures = RunFigures(summary)
    figures.peakBytes = begun.knowsPeak ? ProcessMemory.now.peak : nil
    let calibration = state.withLock { state in
      state.forecaster.learn(begun.facts, of: begun.model, from: figures)
      return state.forecaster.calibration
    }
    // A forecast is a convenience: where it cannot be kept, the next start guesses again.
    try? file.save(calibration)
  }
}
