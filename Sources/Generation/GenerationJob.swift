import Tensors

/// A request that was handed in: its events, and the way to stop it.
public struct GenerationJob: Sendable {
  /// Ends after `finished`, `failed` or `cancelled`; leaving the loop early cancels the work.
  public let events: AsyncStream<GenerationEvent>
  private let cancellation: Cancellation
  /// Kept until the job is let go, so that what waits in its queue is done.
  private let engine: GenerationActor

  init(
    events: AsyncStream<GenerationEvent>, cancellation: Cancellation, engine: GenerationActor
  ) {
    self.events = events
    self.cancellation = cancellation
    self.engine = engine
  }

  /// Asks the work to stop; it does before its next transformer block or decoder stage.
  public func cancel() { cancellation.cancel() }
}
