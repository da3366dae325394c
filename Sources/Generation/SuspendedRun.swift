import Autoencoders
public import Tensors

/// A run that was cancelled, with all it takes to go on later to the very same pictures.
///
/// It keeps the noise that was predicted at each finished step of the picture that was being made.
/// The sampler walks over these again from the seed's noise, which takes no time and is exact for
/// every sampler; the model is asked for the steps that are left.
public struct SuspendedRun: Sendable, Equatable {
  /// The picture that was being made, from 0; those before it are done.
  public let picture: Int
  /// Of one picture.
  public let steps: Int
  /// Where the picture was; nil before its first step ended.
  public var latents: Latents? { last?.latents }
  /// Finished steps of the picture; all of them if it was being decoded.
  public var stepsDone: Int { predictions.count }
  /// The clean latents that the last step saw as pixels, an eighth of the picture's size; nil before
  /// the first step ended.
  public var preview: PixelImage? { last.map { previewMap.image($0.denoised) } }

  /// What a step left behind.
  struct Last: Sendable, Equatable {
    let latents: Latents
    let denoised: Latents
  }

  /// Of the finished steps, after guidance.
  let predictions: [Latents]
  /// There if and only if there are predictions.
  let last: Last?
  let previewMap: LatentPreview
  let identity: RunIdentity

  init(
    picture: Int, steps: Int, predictions: [Latents], last: Last?, previewMap: LatentPreview,
    identity: RunIdentity
  ) {
    precondition(predictions.isEmpty == (last == nil), "\(predictions.count) steps leave latents")
    self.picture = picture
    self.steps = steps
    self.predictions = predictions
    self.last = last
    self.previewMap = previewMap
    self.identity = identity
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
    if let (name, kept, asked) = self.identity.difference(from: identity) {
      throw .differs(field: name, kept: kept, asked: asked)
    }
    // The same names may stand for other files by now, and a file may have been meddled with.
    guard self.steps == steps else {
      throw .differs(field: "steps of a picture", kept: "\(self.steps)", asked: "\(steps)")
    }
    guard (0..<count).contains(picture) else {
      throw .differs(field: "picture", kept: "\(picture + 1)", asked: "1 to \(count)")
    }
    if let latents, latents.shape != shape {
      throw .differs(field: "latents", kept: "\(latents.shape)", asked: "\(shape)")
    }
  }
}
