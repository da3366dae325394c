import Autoencoders
import Tensors

/// How far a run is: what a ``SuspendedRun`` keeps of it.
struct RunProgress {
  /// The picture that is being made, or comes next.
  private(set) var picture = 0
  /// Of the finished steps of that picture.
  private(set) var predictions: [Latents] = []
  private var last: SuspendedRun.Last?
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
    predictions = resuming.predictions
    last = resuming.last
  }

  /// Nothing is kept of a picture once the next one begins.
  mutating func begin(picture index: Int) {
    guard index != picture else { return }
    picture = index
    predictions = []
    last = nil
  }

  mutating func add(_ step: Denoising.Step) {
    predictions.append(step.prediction.guided)
    last = SuspendedRun.Last(latents: step.latents, denoised: step.denoised)
  }

  /// Nil before the first step of the first picture ended.
  func suspended(previewMap: LatentPreview) -> SuspendedRun? {
    guard picture > 0 || last != nil else { return nil }
    return SuspendedRun(
      picture: picture, steps: steps, predictions: predictions, last: last,
      previewMap: previewMap, identity: identity)
  }
}
