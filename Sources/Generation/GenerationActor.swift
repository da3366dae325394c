public import Checkpoints
public import Kernels
import Synchronization
import Tensors

/// Makes pictures, one request at a time, on a thread of its own; owns the weights.
///
/// The model of the last request stays loaded for the next one.
public actor GenerationActor {
  private let library: ModelLibrary
  private let device: any Device
  private let cache: PromptCache?
  private var loaded: LoadedModel?
  private let thread = EngineThread()
  /// Requests handed in and not yet ended.
  private let waiting = Atomic(0)

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    thread.asUnownedSerialExecutor()
  }

  /// - Parameter cache: For encoded prompts; none are kept if nil.
  public init(library: ModelLibrary, device: any Device, cache: PromptCache?) {
    self.library = library
    self.device = device
    self.cache = cache
  }

  /// Queues a request.
  public nonisolated func generate(_ request: GenerationRequest) -> GenerationJob {
    let cancellation = Cancellation()
    let ahead = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
    let events = AsyncStream<GenerationEvent> { continuation in
      continuation.onTermination = { _ in cancellation.cancel() }
      continuation.yield(.queued(behind: ahead))
      Task {
        await run(request, cancellation: cancellation) { continuation.yield($0) }
        continuation.finish()
      }
    }
    return GenerationJob(events: events, cancellation: cancellation)
  }

  /// Nothing is awaited in here, so the actor's serial thread keeps requests apart and in order.
  private func run(
    _ request: GenerationRequest, cancellation: Cancellation,
    report: (GenerationEvent) -> Void
  ) {
    defer { waiting.wrappingSubtract(1, ordering: .relaxed) }
    do {
      try cancellation.check()
      var clock = StageClock()
      let model = try clock.measure("load") { try load(request.model, report: report) }
      var run = try GenerationRun(
        request, model: model, device: device, cancellation: cancellation)
      try run.encodePrompts(cache: cache, clock: &clock, report: report)
      try run.encodeInitImage(clock: &clock)
      for index in 0..<request.count {
        try run.makePicture(index, clock: &clock, report: report)
      }
      report(.finished(GenerationSummary(seconds: clock.seconds, trace: run.trace)))
    } catch is CancellationError {
      report(.cancelled)
    } catch {
      report(.failed(error))
    }
    // Another request may have other sizes.
    TensorPool.shared.trim()
  }

  private func load(_ name: String, report: (GenerationEvent) -> Void) throws -> LoadedModel {
    let folder = try library.model(name)
    if let loaded, loaded.folder.folder == folder.folder { return loaded }
    loaded = nil
    let model = try LoadedModel(folder, device: device) { part, index, count in
      report(.loading(part: part, index: index, count: count))
    }
    loaded = model
    return model
  }
}

/// Sums wall-clock seconds by stage.
struct StageClock {
  private(set) var seconds: [String: Double] = [:]

  mutating func add(_ stage: String, _ duration: Duration) {
    seconds[stage, default: 0] += duration.seconds
  }

  mutating func measure<T>(_ stage: String, _ body: () throws -> T) rethrows -> T {
    let start = ContinuousClock.now
    defer { add(stage, ContinuousClock.now - start) }
    return try body()
  }
}
