import Generation
import Synchronization

/// Stops the job that runs, whichever it is by then.
final class StopSign: Sendable {
  private let state = Mutex<(isRaised: Bool, job: GenerationJob?)>((false, nil))

  var isRaised: Bool { state.withLock(\.isRaised) }

  func raise() {
    let job = state.withLock { state in
      state.isRaised = true
      return state.job
    }
    job?.cancel()
  }

  func watch(_ job: GenerationJob) {
    let isRaised = state.withLock { state in
      state.job = job
      return state.isRaised
    }
    if isRaised { job.cancel() }
  }
}
