import Synchronization

/// A flag that one side raises and long work looks at, inside its operations too.
///
/// Work says with ``whileCurrent(_:)`` whose flag it obeys. Once that is raised, rounds of a
/// ``ThreadPool`` and kernels on their way end within a few milliseconds and leave garbage, so
/// whoever uses a result calls ``check()`` first.
public final class Cancellation: @unchecked Sendable {
  private let raised: UnsafeMutablePointer<Atomic<Bool>>

  public init() {
    raised = .allocate(capacity: 1)
    raised.initialize(to: Atomic(false))
  }

  deinit {
    raised.deinitialize(count: 1)
    raised.deallocate()
  }

  public var isCancelled: Bool { raised.pointee.load(ordering: .relaxed) }

  public func cancel() { raised.pointee.store(true, ordering: .relaxed) }

  /// - Throws: `CancellationError` once ``cancel()`` was called.
  public func check() throws(CancellationError) {
    if isCancelled { throw CancellationError() }
  }

  /// The flag as kernels read it: a byte, not 0 once raised; valid as long as this object.
  package var flag: UnsafePointer<UInt8> {
    UnsafeRawPointer(raised).assumingMemoryBound(to: UInt8.self)
  }

  // MARK: The current one

  /// What operations that begin here obey.
  @TaskLocal package static var current: Cancellation?

  /// Runs `body`, whose operations end early once this is cancelled; their results are garbage then.
  public func whileCurrent<Value, Failure: Error>(_ body: () throws(Failure) -> Value)
    throws(Failure) -> Value
  {
    try Self.$current.withValue(self) {
      Result { () throws(Failure) in try body() }
    }.get()
  }
}
