import Synchronization
import Tensors

/// A request that was handed in, as its owner and the engine share it.
final class QueuedRequest: Sendable {
  private enum Phase {
    case waiting, running, ended
  }

  let request: GenerationRequest
  let resuming: SuspendedRun?
  let cancellation: Cancellation
  private let events: AsyncStream<GenerationEvent>.Continuation
  private let phase = Mutex(Phase.waiting)
  private let wantedPreview: Mutex<PreviewSource>
  /// Requests handed in and not yet ended.
  private let count: RequestCount

  init(
    _ request: GenerationRequest, resuming: SuspendedRun?,
    events: AsyncStream<GenerationEvent>.Continuation, count: RequestCount,
    cancellation: Cancellation = Cancellation()
  ) {
    self.request = request
    self.resuming = resuming
    self.cancellation = cancellation
    self.events = events
    self.count = count
    wantedPreview = Mutex(request.preview)
    events.onTermination = { _ in cancellation.cancel() }
    events.yield(.queued(behind: count.add()))
  }

  var preview: PreviewSource {
    get { wantedPreview.withLock { $0 } }
    set { wantedPreview.withLock { $0 = newValue } }
  }

  func report(_ event: GenerationEvent) { events.yield(event) }

  /// Whether the work is to be done now.
  func begin() -> Bool { move(from: .waiting, to: .running) }

  func end(_ event: GenerationEvent) {
    if move(from: .running, to: .ended) { close(event) }
  }

  /// Stops the work; what still waits for its turn ends here and now.
  func cancel() {
    cancellation.cancel()
    if move(from: .waiting, to: .ended) { close(.cancelled(resuming)) }
  }

  private func move(from: Phase, to: Phase) -> Bool {
    phase.withLock { phase in
      guard phase == from else { return false }
      phase = to
      return true
    }
  }

  private func close(_ event: GenerationEvent) {
    count.remove()
    events.yield(event)
    events.finish()
  }
}

/// How many requests an engine was handed and has not ended.
final class RequestCount: Sendable {
  private let count = Atomic(0)

  /// - Returns: How many there were before.
  func add() -> Int { count.wrappingAdd(1, ordering: .relaxed).oldValue }

  func remove() { count.wrappingSubtract(1, ordering: .relaxed) }
}
