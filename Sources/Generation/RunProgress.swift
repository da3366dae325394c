import Autoencoders
import Tensors

/// How far a run is: what a ``SuspendedRun`` keeps of it.
struct RunProgress {
  /// The picture that is being made, or comes next.
  private(set) var picture = 0
  /// Of that picture.
  private(set) var finished: [KeptStep] = []
  private let identity: RunIdentity
  private let steps: Int

  /// Begins where the request is to go on.
  ///
  /// - Parameters:
  ///   - shape: Of one picture's latents.
  ///   - steps: Of one picture.
  /// - Throws: ``SuspendedRunError`` if what is to go on belongs to another request.
  init(_ queued: QueuedRequest, identity: RunIdentity, shape: Shape, steps: Int)
    throws(SuspendedRunError)
  {
    self.identity = identity
    self.steps = steps
    guard let resuming = queued.resuming else { return }
    try resuming.check(identity, shape: shape, steps: steps, count: queued.request.count)
    picture = resuming.picture
    finished = resuming.finished
  }

  /// Nothing is kept of a picture once the next one begins.
  mutating func begin(picture index: Int) {
    guard index != picture else { return }
    picture = index
    finished = []
  }

  mutating func add(_ step: Denoising.Step) {
    finished.append(
      KeptStep(
        prediction: step.prediction.guided, latents: step.latents, denoised: step.denoised))
  }

  /// Nil before the first step of the first picture ended.
  func suspended(previewMap: LatentPreview) -> SuspendedRun? {
    picture > 0 || !finished.isEmpty ? kept(previewMap: previewMap) : nil
  }

  /// As far as the picture is.
  func kept(previewMap: LatentPreview) -> SuspendedRun {
    SuspendedRun(
      picture: picture, steps: steps, finished: finished, previewMap: previewMap,
      identity: identity)
  }
}
