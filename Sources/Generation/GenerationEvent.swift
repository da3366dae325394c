public import Kernels
public import Tensors

/// What the engine tells while it works on a request; one of the last three ends the story.
public enum GenerationEvent: Sendable {
  /// Waits for as many requests before it.
  case queued(behind: Int)
  /// What products are computed in, and why.
  case computing(PrecisionChoice)
  /// Opens part `index` of `count` of the model.
  case loading(part: String, index: Int, count: Int)
  /// This share of work that takes a while is done; at most about 20 times a second.
  case progressed(GenerationStage, fraction: Double)
  case promptEncoded(PromptSummary)
  /// Something that its user should know; the work goes on.
  case noted(String)
  case stepped(StepReport)
  /// The autoencoder has done this share of the picture; at most about 20 times a second.
  case decoding(picture: Int, fraction: Double)
  /// One picture of the request is done.
  case picture(GeneratedPicture)

  case finished(GenerationSummary)
  case failed(any Error)
  /// With what was done so far, if that was anything worth going on from.
  case cancelled(SuspendedRun?)
}

/// Work that tells how far it is.
public enum GenerationStage: Sendable, Equatable {
  /// The text encoder's weights, which are packed and kept when they are first wanted.
  case preparingTextEncoder
  /// The prompts, in the text encoder.
  case encodingPrompt
  /// The picture to begin with or a condition, in the autoencoder.
  case encodingPicture
  /// A step that is being made, from 1, of a picture, from 0.
  case step(Int, picture: Int)
}

/// How the prompt arrived at the transformer.
public struct PromptSummary: Sendable, Equatable {
  /// As the tokenizer saw it.
  public let cleaned: String
  /// Real tokens, the end of the text included.
  public let tokens: Int
  /// Tokens of the whole prompt; more than `tokens` if its end was cut off.
  public let tokensBeforeCut: Int
  /// The part of the cleaned prompt that has no tokens; nil if all fitted.
  public let cutText: String?
  /// Weighted texts of the prompts that are not in their cleaned form: their weights had no effect.
  public let unplacedWeights: [String]
  /// Whether it was found in the cache.
  public let wasCached: Bool
}

/// One denoising step that was just made.
public struct StepReport: Sendable {
  /// Which picture of the request, from 0.
  public let picture: Int
  /// From 1.
  public let step: Int
  public let steps: Int
  public let seconds: Double
  /// For all steps of the request that are left, and for decoding once a picture was decoded; nil
  /// until a second step was timed.
  public let secondsLeft: Double?
  /// Where the picture is now.
  public let latents: Latents
  /// The clean latents predicted on the way.
  public let denoised: Latents
  /// What the step looks like, an eighth of the picture's size or all of it; nil if turned off.
  public let preview: PixelImage?
  /// What the preview was really made from.
  public let previewSource: PreviewSource
}

/// A finished picture with what is needed to make it again.
public struct GeneratedPicture: Sendable {
  public let index: Int
  public let image: PixelImage
  /// This picture's own.
  public let seed: UInt64
  /// This picture's own; nil if its noise is that of its seed.
  public let variationSeed: UInt64?
  /// The size it was made at, before any fitting to the requested one.
  public let madeSize: PictureSize
  /// Name of the sampler of its last steps, also when the model chose it.
  public let sampler: String
  public let cleanedPrompt: String
  /// Of the model, as the library names it.
  public let model: String
  /// Tells its weights from other ones, whatever they are called.
  public let modelHash: String
  /// Of the transformer, with their hashes.
  public let adapters: [AdapterChoice]
  /// Of large products.
  public let precision: Precision
  public let digest: LatentDigest
  /// What led it, if anything did.
  public var control: ControlSummary?
  /// All its steps: what branches go on from, and what a filmstrip shows.
  public let kept: SuspendedRun
}

/// Figures of a finished request.
public struct GenerationSummary: Sendable {
  /// Wall-clock seconds by stage: load, encode, denoise, decode.
  public let seconds: [String: Double]
  /// Of a step, but for the first one, which also brings weights into memory; nil for one step.
  public var secondsPerStep: Double?
  /// Whether opening the model waited for a disk.
  public var wasCold = false
  public let trace: GenerationTrace?
}
