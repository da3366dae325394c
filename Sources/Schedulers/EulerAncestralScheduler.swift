public import Tensors

/// Euler's method to below the next noise level, then fresh noise up to it.
///
/// After `sample_euler_ancestral` of k-diffusion; `EulerAncestralDiscreteScheduler` in diffusers.
public struct EulerAncestralScheduler: Scheduler {
  public let timesteps: [Double]
  public let sigmas: [Float]
  public let initialNoiseScale: Float
  public var timestepsAreIntegral: Bool { false }
  private let predictionType: PredictionType

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    guard configuration.predictionType != .sample else {
      throw .unsupported(
        key: "prediction_type", found: "sample",
        supported: "epsilon or v_prediction with this sampler")
    }
    let table = try Timetable.continuous(
      configuration, schedule: NoiseSchedule(configuration), steps: steps, karras: false,
      final: .zero)
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
    // σ_down = σ_to² / σ_from and σ_up² = σ_to² − σ_down²
    let (from, to) = (Double(sigmas[index]), Double(sigmas[index + 1]))
    let kept = (to / from) * (to / from)
    let up = to * max(1 - kept, 0).squareRoot()
    return SchedulerStep(
      sample: weightedSum((kept, sample), (1 - kept, denoised), (up, noise())),
      denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    weightedSum((1, clean), (Double(sigmas[index]), noise))
  }
}
