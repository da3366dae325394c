import Dispatch

/// The engine's own place to work, so that neither the screen nor Swift's shared pool waits.
final class EngineQueue: SerialExecutor {
  private let queue = DispatchQueue(label: "pixart.engine", qos: .userInitiated)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedSerialExecutor()) }
  }
}
