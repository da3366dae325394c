import Tensors

/// A request that was handed in: its events, and the ways to steer it.
public struct GenerationJob: Sendable {
  /// Ends after `finished`, `failed` or `cancelled`; leaving the loop early cancels the work.
  public let events: AsyncStream<GenerationEvent>
  private let queued: QueuedRequest
  /// Kept until the job is let go, so that what waits in its queue is done.
  private let engine: GenerationActor

  init(events: AsyncStream<GenerationEvent>, queued: QueuedRequest, engine: GenerationActor) {
    self.events = events
    self.queued = queued
    self.engine = engine
  }

  /// What is shown of each step from now on; set from any thread.
  public var preview: PreviewSource {
    get { queued.preview }
    nonmutating set { queued.preview = newValue }
  }

  /// Asks the work to stop; it does within milliseconds, at once if it has not begun.
  public func cancel() { queued.cancel() }
}
