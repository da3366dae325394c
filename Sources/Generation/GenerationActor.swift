public import Checkpoints
public import Kernels
import Synchronization
import Tensors

/// Makes pictures, one request at a time, on a queue of its own; owns the weights.
///
/// The model of the last request stays loaded for the next one.
public actor GenerationActor {
  private let library: ModelLibrary
  private let device: any Device
  private let cache: PromptCache?
  private var loaded: LoadedModel?
  private let executor = EngineQueue()
  /// Requests in the order they were handed in.
  private nonisolated let queue: AsyncStream<QueuedRequest>.Continuation
  /// Requests handed in and not yet ended.
  private let waiting = Atomic(0)

  private struct QueuedRequest: Sendable {
    let request: GenerationRequest
    let cancellation: Cancellation
    let events: AsyncStream<GenerationEvent>.Continuation
  }

  public nonisolated var unownedExecutor: UnownedSerialExecutor {
    executor.asUnownedSerialExecutor()
  }

  /// - Parameter cache: For encoded prompts; none are kept if nil.
  public init(library: ModelLibrary, device: any Device, cache: PromptCache?) {
    self.library = library
    self.device = device
    self.cache = cache
    let (requests, queue) = AsyncStream<QueuedRequest>.makeStream()
    self.queue = queue
    Task { [weak self] in
      for await queued in requests {
        guard let self else {
          queued.events.yield(.cancelled)
          queued.events.finish()
          continue
        }
        await run(queued)
      }
    }
  }

  deinit { queue.finish() }

  /// Queues a request.
  public nonisolated func generate(_ request: GenerationRequest) -> GenerationJob {
    let cancellation = Cancellation()
    let (events, continuation) = AsyncStream<GenerationEvent>.makeStream()
    continuation.onTermination = { _ in cancellation.cancel() }
    let ahead = waiting.wrappingAdd(1, ordering: .relaxed).oldValue
    continuation.yield(.queued(behind: ahead))
    queue.yield(
      QueuedRequest(request: request, cancellation: cancellation, events: continuation))
    return GenerationJob(events: events, cancellation: cancellation, engine: self)
  }

  private func run(_ queued: QueuedRequest) {
    run(queued.request, cancellation: queued.cancellation) { queued.events.yield($0) }
    waiting.wrappingSubtract(1, ordering: .relaxed)
    queued.events.finish()
  }

  /// Nothing is awaited in here, so requests never mix.
  private func run(
    _ request: GenerationRequest, cancellation: Cancellation,
    report: (GenerationEvent) -> Void
  ) {
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
    if let loaded, loaded.folder.folder == folder.folder, loaded.folder.parts == folder.parts {
      return loaded
    }
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
