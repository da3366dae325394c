import Schedulers
import Tensors

/// A run as a sequence of steps that its caller drives.
///
/// It is a value: a copy made after any step goes on from there by itself, with the noise that was
/// still to come.
struct Denoising: Sendable {
  /// What one step made.
  struct Step: Sendable {
    /// From 0, of all steps of the schedule.
    let index: Int
    let prediction: NoisePrediction
    /// Where the picture is now.
    let latents: Latents
    /// The clean latents predicted on the way.
    let denoised: Latents
  }

  private var predictor: any NoisePredictor
  private var scheduler: any Scheduler
  /// Draws the noise that some samplers add.
  private var generator: TorchGenerator
  private(set) var latents: Latents
  /// The step that comes next, in the scheduler's count.
  private(set) var index: Int
  /// The clean latents of the step before, if there was one.
  private var denoised: Latents?

  /// - Parameters:
  ///   - latents: Where the run begins: scaled noise, or a noisy picture.
  ///   - index: The step it begins with; above 0 for image to image.
  init(
    predictor: any NoisePredictor, scheduler: any Scheduler, generator: TorchGenerator,
    latents: Latents, index: Int = 0
  ) {
    self.predictor = predictor
    self.scheduler = scheduler
    self.generator = generator
    self.latents = latents
    self.index = index
  }

  /// Makes one step; nil after the last.
  ///
  /// - Parameter progress: Called with the share of the step that is done, above 0 up to 1.
  mutating func next(progress: (Double) -> Void = { _ in }) throws(CancellationError) -> Step? {
    guard index < scheduler.timesteps.count else { return nil }
    let prediction = try predictor(
      scheduledInput, timestep: scheduler.timesteps[index], progress: progress)
    let made = advance(guided: prediction.guided)
    return Step(
      index: index - 1, prediction: prediction, latents: made.sample, denoised: made.denoised)
  }

  /// Goes on with another prompt or guidance; the sampler keeps what it remembers.
  mutating func turn(to predictor: any NoisePredictor) { self.predictor = predictor }

  /// Goes on with another sampler, which remembers nothing.
  ///
  /// - Parameter index: The step it begins with.
  mutating func turn(to scheduler: any Scheduler, index: Int) {
    guard let denoised else { preconditionFailure("no sampler made a step yet") }
    latents = self.scheduler.handOver(
      latents, at: self.index, denoised: denoised, to: scheduler, at: index)
    self.scheduler = scheduler
    self.index = index
  }

  /// Goes on with other noise.
  mutating func turn(to generator: TorchGenerator) { self.generator = generator }

  /// Makes the step that comes next as it was made before, from the noise predicted then.
  mutating func repeatStep(guided: Latents) {
    precondition(index < scheduler.timesteps.count, "no step \(index) to repeat")
    _ = advance(guided: guided)
  }

  /// The latents as the next step's model sees them; as they are after the last step.
  var scheduledInput: Latents {
    index < scheduler.timesteps.count ? scheduler.scaledInput(latents, at: index) : latents
  }

  private mutating func advance(guided: Latents) -> SchedulerStep {
    let made = scheduler.step(noisePrediction: guided, at: index, sample: latents) {
      latents.with(generator.randn(latents.values.count))
    }
    latents = made.sample
    denoised = made.denoised
    index += 1
    return made
  }
}
