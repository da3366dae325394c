public import Tensors

/// Euler's method on the probability-flow equation, in latents that are not scaled down.
///
/// Karras et al., "Elucidating the Design Space of Diffusion-Based Generative Models", without
/// churn; `EulerDiscreteScheduler` in diffusers.
public struct EulerScheduler: Scheduler {
  public let timesteps: [Double]
  public let sigmas: [Float]
  public let initialNoiseScale: Float
  public var timestepsAreIntegral: Bool { false }
  private let predictionType: PredictionType

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    let table = try Timetable.continuous(
      configuration, schedule: NoiseSchedule(configuration), steps: steps,
      karras: configuration.useKarrasSigmas, final: configuration.finalSigmas)
    timesteps = table.timesteps
    sigmas = table.sigmas
    initialNoiseScale = table.initialNoiseScale(configuration.timestepSpacing)
    predictionType = configuration.predictionType
  }

  public func scaledInput(_ sample: Latents, at index: Int) -> Latents {
    weightedSum((NoiseLevel(sigma: sigmas[index]).signal, sample))
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let denoised = predictionType.clean(
      noisePrediction, sample: scaledInput(sample, at: index),
      at: NoiseLevel(sigma: sigmas[index]))
    // Along the line from the sample to the clean latent, as far as σ falls.
    let kept = Double(sigmas[index + 1]) / Double(sigmas[index])
    return SchedulerStep(
      sample: weightedSum((kept, sample), (1 - kept, denoised)), denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    weightedSum((1, clean), (Double(sigmas[index]), noise))
  }
}

extension Timetable {
  /// The spread of the initial latent for samplers that do not scale latents down.
  func initialNoiseScale(_ spacing: TimestepSpacing?) -> Float {
    let highest = sigmas.max() ?? 0
    return spacing == .leading ? (highest * highest + 1).squareRoot() : highest
  }
}
