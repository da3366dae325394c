public import Tensors

/// DDPM: ancestral sampling from the posterior, with fresh noise at every step but the last.
///
/// Ho et al., "Denoising Diffusion Probabilistic Models"; `DDPMScheduler` in diffusers.
public struct DDPMScheduler: Scheduler {
  public let timesteps: [Double]
  public let sigmas: [Float]
  private let schedule: NoiseSchedule
  private let predictionType: PredictionType
  private let clip: Float?
  private let largeVariance: Bool

  /// Where a network that was distilled to one step is asked (DMD).
  public static let distilledTimestep = 400

  /// One step from noise to the clean latent, at ``distilledTimestep``.
  ///
  /// Yin et al., "One-step Diffusion with Distribution Matching Distillation"; diffusers' pipeline
  /// with `timesteps=[400]`.
  ///
  /// - Throws: ``SchedulerError`` for settings that cannot be, and for another number of steps.
  public init(distilled configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    guard steps == 1 else { throw .oneStepOnly(found: steps) }
    try self.init(configuration, steps: steps, timesteps: [Double(Self.distilledTimestep)])
  }

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be, and for
  ///   variances that the model would have to predict.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    try self.init(configuration, steps: steps, timesteps: nil)
  }

  /// - Parameter timesteps: In place of those that the configuration spreads.
  private init(_ configuration: SchedulerConfiguration, steps: Int, timesteps: [Double]?)
    throws(SchedulerError)
  {
    switch configuration.varianceType {
    case .fixedSmall, .fixedSmallLog, nil: largeVariance = false
    case .fixedLarge: largeVariance = true
    case .fixedLargeLog, .learned, .learnedRange:
      throw .unsupported(
        key: "variance_type", found: configuration.varianceType?.rawValue ?? "null",
        supported: "fixed_small, fixed_small_log or fixed_large")
    }
    schedule = try NoiseSchedule(configuration)
    let table: Timetable
    if let timesteps {
      table = try Timetable.given(timesteps, schedule: schedule)
    } else {
      table = try Timetable.discrete(configuration, schedule: schedule, steps: steps)
    }
    self.timesteps = table.timesteps
    sigmas = table.sigmas
    predictionType = configuration.predictionType
    clip = try configuration.clip()
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let timestep = Int(timesteps[index])
    let level = NoiseLevel(alphaCumprod: schedule.alphasCumprod[timestep])
    var denoised = predictionType.clean(noisePrediction, sample: sample, at: level)
    if let clip { denoised = denoised.clamped(to: clip) }

    let kept = Double(schedule.alphasCumprod[timestep])
    let isLast = index + 1 == timesteps.count
    let keptBelow = isLast ? 1 : Double(schedule.alphasCumprod[Int(timesteps[index + 1])])
    let beta = 1 - kept / keptBelow
    var terms = [
      (keptBelow.squareRoot() * beta / (1 - kept), denoised),
      ((kept / keptBelow).squareRoot() * (1 - keptBelow) / (1 - kept), sample),
    ]
    if timestep > 0 {
      let variance = largeVariance ? beta : max((1 - keptBelow) / (1 - kept) * beta, 1e-20)
      terms.append((variance.squareRoot(), noise()))
    }
    return SchedulerStep(sample: weightedSum(terms), denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    schedule.addNoise(to: clean, noise: noise, timestep: timesteps[index])
  }
}
