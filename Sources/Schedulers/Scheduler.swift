public import Tensors

/// A sampler in the middle of a run: turns noise predictions into less noisy latents.
///
/// It knows no model. One value serves one run, whose indices follow each other from wherever it
/// begins; a copy branches the run at that step.
public protocol Scheduler: Sendable {
  /// The model's time at each step, falling; the count of steps is theirs.
  var timesteps: [Double] { get }
  /// Noise over signal at each step, and behind the last one.
  var sigmas: [Float] { get }
  /// What the initial standard normal noise is multiplied by.
  var initialNoiseScale: Float { get }
  /// Whether the model's times are whole numbers, and integers in diffusers.
  var timestepsAreIntegral: Bool { get }

  /// What the model is to see of the sample.
  func scaledInput(_ sample: Latents, at index: Int) -> Latents

  /// Makes one step.
  ///
  /// - Parameters:
  ///   - noisePrediction: The model's output after guidance, of the sample's shape.
  ///   - index: Of the step, in ``timesteps``.
  ///   - sample: The unscaled latent that the step begins with.
  ///   - noise: Draws standard normal numbers; called exactly when diffusers draws.
  /// - Returns: The next sample, and the clean latent predicted on the way.
  mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep

  /// A clean latent with as much noise as the sample has when the step `index` begins.
  func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents
}

/// What one step made.
public struct SchedulerStep: Sendable, Equatable {
  /// The sample of the next step; after the last step, the result.
  public let sample: Latents
  /// The clean latent that the model saw behind the noise; for previews.
  public let denoised: Latents
}

extension Scheduler {
  public var initialNoiseScale: Float { 1 }
  public var timestepsAreIntegral: Bool { true }
  public func scaledInput(_ sample: Latents, at index: Int) -> Latents { sample }

  /// The step an image-to-image run begins with, as in diffusers' img2img pipelines.
  ///
  /// - Parameter strength: Above 0, which keeps the picture, up to 1, which begins at the first
  ///   step.
  /// - Returns: An index into ``timesteps``.
  /// - Throws: ``SchedulerError`` if the strength is out of range or leaves no step.
  public func startIndex(strength: Double) throws(SchedulerError) -> Int {
    guard strength > 0, strength <= 1 else { throw .strengthOutOfRange(found: strength) }
    let count = Int(Double(timesteps.count) * strength)
    guard count > 0 else {
      throw .strengthWithoutSteps(strength: strength, steps: timesteps.count)
    }
    return timesteps.count - count
  }
}
