import Autoencoders
public import Tensors

/// A run that was cancelled, or is over, with all it takes to go on from its steps.
///
/// It keeps what each finished step of the picture left. The sampler walks over the noise that was
/// predicted then, which takes no time and is exact for every sampler; the model is asked for the
/// steps that are left.
public struct SuspendedRun: Sendable, Equatable {
  /// The picture that was being made, from 0; those before it are done.
  public let picture: Int
  /// Of one picture; nil for a branch that has not begun, as its sampler may need more or fewer.
  public let steps: Int?
  /// Of the picture, in order; all of them if it was being decoded or is done.
  public let finished: [KeptStep]
  /// Where the picture was; nil before its first step ended.
  public var latents: Latents? { finished.last?.latents }
  public var stepsDone: Int { finished.count }
  /// The clean latents that the last step saw as pixels, an eighth of the picture's size; nil before
  /// the first step ended.
  public var preview: PixelImage? { finished.last.map { previewMap.image($0.denoised) } }

  let previewMap: LatentPreview
  let identity: RunIdentity

  /// What a step saw as pixels, an eighth of the picture's size, at once.
  ///
  /// - Parameter step: From 0, of those that are finished.
  public func preview(ofStep step: Int) -> PixelImage {
    previewMap.image(finished[step].denoised)
  }

  /// Refuses a run that does not belong to a request.
  ///
  /// - Parameters:
  ///   - identity: The request's.
  ///   - shape: Of its latents.
  ///   - steps: Of one of its pictures.
  ///   - count: Its pictures.
  func check(_ identity: RunIdentity, shape: Shape, steps: Int, count: Int)
    throws(SuspendedRunError)
  {
    try check(identity)
    // The same names may stand for other files by now, and a file may have been meddled with.
    if let kept = self.steps, kept != steps {
      throw .differs(field: "steps of a picture", kept: "\(kept)", asked: "\(steps)")
    }
    guard finished.count <= steps else {
      throw .differs(field: "finished steps", kept: "\(finished.count)", asked: "\(steps)")
    }
    guard (0..<count).contains(picture) else {
      throw .differs(field: "picture", kept: "\(picture + 1)", asked: "1 to \(count)")
    }
    if let latents, latents.shape != shape {
      throw .differs(field: "latents", kept: "\(latents.shape)", asked: "\(shape)")
    }
  }

  func check(_ identity: RunIdentity) throws(SuspendedRunError) {
    guard let (name, kept, asked) = self.identity.difference(from: identity) else { return }
    throw .differs(field: name, kept: kept, asked: asked)
  }
}
