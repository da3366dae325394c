public import Tensors

/// Latent consistency: predicts the clean latent, and makes it noisy again for the next step.
///
/// Luo et al., "Latent Consistency Models"; `LCMScheduler` in diffusers. The network was distilled
/// with guidance built in, so it is asked without. Clean latents are never clipped, whatever the
/// configuration says.
public struct LCMScheduler: Scheduler {
  /// How few steps are chosen from those that the network was distilled on.
  public enum Spacing: Sendable {
    /// Evenly, each place rounded down: diffusers'. 4 of 50: 999, 759, 499, 259.
    case even
    /// Every so many-th from the noisiest on: PixArt's own code. 4 of 50: 999, 759, 519, 279.
    case stride
  }

  public let timesteps: [Double]
  public let sigmas: [Float]
  private let schedule: NoiseSchedule
  private let predictionType: PredictionType
  private let timestepScaling: Double

  /// Standard deviation of the data in the boundary condition.
  private static let sigmaData = 0.5

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(
    _ configuration: SchedulerConfiguration, steps: Int, spacing: Spacing = .even
  ) throws(SchedulerError) {
    schedule = try NoiseSchedule(configuration)
    let distilled = configuration.originalInferenceSteps
    guard (1...schedule.count).contains(distilled) else {
      throw .unsupported(
        key: "original_inference_steps", found: "\(distilled)",
        supported: "1 to \(schedule.count)")
    }
    guard (1...distilled).contains(steps) else {
      throw .stepsOutOfRange(found: steps, most: distilled)
    }
    let times = Self.timesteps(
      steps, of: distilled, apart: schedule.count / distilled, spacing: spacing)
    timesteps = times.map(Double.init)
    sigmas = times.map { [schedule] in schedule.sigmas[$0] } + [0]
    predictionType = configuration.predictionType
    timestepScaling = configuration.timestepScaling
  }

  private static func timesteps(_ steps: Int, of distilled: Int, apart: Int, spacing: Spacing)
    -> [Int]
  {
    (0..<steps).map { step in
      let place =
        switch spacing {
        // As numpy.linspace rounds.
        case .even: Int(Double(step) * (Double(distilled) / Double(steps)))
        case .stride: step * (distilled / steps)
        }
      return (distilled - place) * apart - 1
    }
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let timestep = Int(timesteps[index])
    let level = NoiseLevel(alphaCumprod: schedule.alphasCumprod[timestep])
    let clean = predictionType.clean(noisePrediction, sample: sample, at: level)
    // The boundary condition: at no noise the sample itself is the answer.
    let time = Double(timestep) * timestepScaling
    let data = Self.sigmaData * Self.sigmaData
    let kept = data / (time * time + data)
    let made = time / (time * time + data).squareRoot()
    let denoised = weightedSum((made, clean), (kept, sample))
    guard index + 1 < timesteps.count else {
      return SchedulerStep(sample: denoised, denoised: denoised)
    }
    let next = NoiseLevel(alphaCumprod: schedule.alphasCumprod[Int(timesteps[index + 1])])
    return SchedulerStep(
      sample: weightedSum((next.signal, denoised), (next.noise, noise())), denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    schedule.addNoise(to: clean, noise: noise, timestep: timesteps[index])
  }
}
