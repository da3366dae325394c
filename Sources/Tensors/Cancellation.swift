import Synchronization

/// A flag that one side raises and long work looks at, at least once a transformer block.
public final class Cancellation: Sendable {
  private let raised = Atomic(false)

  public init() {}

  public var isCancelled: Bool { raised.load(ordering: .relaxed) }

  public func cancel() { raised.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once ``cancel()`` was called.
  public func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }
}
