public import Tensors

/// DDIM: implicit steps, with a share η of fresh noise.
///
/// Song et al., "Denoising Diffusion Implicit Models"; `DDIMScheduler` in diffusers.
public struct DDIMScheduler: Scheduler {
  public let timesteps: [Double]
  public let sigmas: [Float]
  private let schedule: NoiseSchedule
  private let predictionType: PredictionType
  /// Every step goes this far down, whatever the spacing; diffusers does not look at the next
  /// timestep.
  private let stride: Int
  private let finalAlphaCumprod: Float
  private let clip: Float?
  private let eta: Double

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    guard (0...1).contains(configuration.eta) else {
      throw .unsupported(key: "eta", found: "\(configuration.eta)", supported: "0 to 1")
    }
    schedule = try NoiseSchedule(configuration)
    let table = try Timetable.discrete(configuration, schedule: schedule, steps: steps)
    timesteps = table.timesteps
    sigmas = table.sigmas
    predictionType = configuration.predictionType
    stride = schedule.count / steps
    finalAlphaCumprod = configuration.setAlphaToOne ? 1 : schedule.alphasCumprod[0]
    clip = try configuration.clip()
    eta = configuration.eta
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let timestep = Int(timesteps[index])
    let alpha = schedule.alphasCumprod[timestep]
    let alphaBelow =
      timestep >= stride ? schedule.alphasCumprod[timestep - stride] : finalAlphaCumprod
    let level = NoiseLevel(alphaCumprod: alpha)
    var denoised = predictionType.clean(noisePrediction, sample: sample, at: level)
    if let clip { denoised = denoised.clamped(to: clip) }
    // With clipping the noise stays the model's own (use_clipped_model_output is off).
    let direction = predictionType.noise(noisePrediction, sample: sample, at: level)

    let (kept, keptBelow) = (Double(alpha), Double(alphaBelow))
    let variance = (1 - keptBelow) / (1 - kept) * (1 - kept / keptBelow)
    let deviation = eta * variance.squareRoot()
    var terms = [
      (keptBelow.squareRoot(), denoised),
      (max(1 - keptBelow - deviation * deviation, 0).squareRoot(), direction),
    ]
    if eta > 0 { terms.append((deviation, noise())) }
    return SchedulerStep(sample: weightedSum(terms), denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    schedule.addNoise(to: clean, noise: noise, timestep: timesteps[index])
  }
}

extension NoiseSchedule {
  /// A clean latent with the noise of a whole timestep.
  func addNoise(to clean: Latents, noise: Latents, timestep: Double) -> Latents {
    let level = NoiseLevel(alphaCumprod: alphasCumprod[Int(timestep)])
    return weightedSum((level.signal, clean), (level.noise, noise))
  }
}

extension SchedulerConfiguration {
  /// The bound of the predicted clean latent, for the classes that clip unless told otherwise.
  func clip() throws(SchedulerError) -> Float? {
    guard clipSample ?? true else { return nil }
    guard clipSampleRange > 0 else {
      throw .unsupported(
        key: "clip_sample_range", found: "\(clipSampleRange)", supported: "a number above 0")
    }
    return Float(clipSampleRange)
  }
}
