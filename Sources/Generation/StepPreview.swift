import Autoencoders
import Tensors

/// Makes the picture beside each step, and takes care that it costs little.
struct StepPreview {
  /// What was made of a step, and from what.
  struct Made {
    let image: PixelImage?
    let source: PreviewSource
  }

  let linear: LatentPreview
  /// Nil where the model has no tiny autoencoder.
  let tiny: (any Autoencoder)?
  private var budget = PreviewBudget()

  init(linear: LatentPreview, tiny: (any Autoencoder)?) {
    self.linear = linear
    self.tiny = tiny
  }

  /// - Parameters:
  ///   - wanted: What is asked for; the linear map stands in for a tiny autoencoder that is
  ///     missing or has used up its time.
  ///   - next: The latents as the next step's model sees them.
  ///   - seconds: How long the step took.
  /// - Throws: What decoding throws.
  mutating func picture(
    _ wanted: PreviewSource, of step: Denoising.Step, next: Latents, seconds: Double,
    cancellation: Cancellation
  ) throws -> Made {
    switch wanted {
    case .off: return Made(image: nil, source: .off)
    case .noisyLinear: return Made(image: linear.image(next), source: .noisyLinear)
    case .denoisedLinear: break
    case .denoisedTiny:
      budget.earn(stepSeconds: seconds)
      guard let tiny, budget.allows else { break }
      let start = ContinuousClock.now
      let image = try tiny.decode(
        step.denoised, tiling: nil, cancellation: cancellation, progress: { _ in })[0].pixelImage
      // Its maps have sizes of their own.
      TensorPool.shared.trim()
      budget.spend((ContinuousClock.now - start).seconds)
      return Made(image: image, source: .denoisedTiny)
    }
    return Made(image: linear.image(step.denoised), source: .denoisedLinear)
  }
}

/// Time that previews may take: a share of the steps' own.
///
/// The first preview is free, as nobody knows its price; the next waits until steps have earned it.
struct PreviewBudget {
  private static let share = 0.15

  /// Since the last preview.
  private var saved = 0.0
  /// Of the last preview.
  private var price = 0.0

  /// Whether another preview at the last one's price is earned.
  var allows: Bool { saved >= price }

  mutating func earn(stepSeconds: Double) { saved += Self.share * stepSeconds }

  mutating func spend(_ seconds: Double) {
    saved = 0
    price = seconds
  }
}
