import Tensors

/// A request that was handed in: its events, and the way to stop it.
public struct GenerationJob: Sendable {
  /// Ends after `finished`, `failed` or `cancelled`; leaving the loop early cancels the work.
  public let events: AsyncStream<GenerationEvent>
  private let cancellation: Cancellation

  init(events: AsyncStream<GenerationEvent>, cancellation: Cancellation) {
    self.events = events
    self.cancellation = cancellation
  }

  /// Asks the work to stop; it does before its next transformer block or decoder stage.
  public func cancel() { cancellation.cancel() }
}
