import Foundation
public import Tensors

/// SA-Solver: a stochastic Adams predictor, and a corrector that reuses the next prediction.
///
/// Xue et al., "SA-Solver: Stochastic Adams Solver for Fast Sampling of Diffusion Models";
/// `SASolverScheduler` in diffusers. One model call a step.
public struct SASolverScheduler: Scheduler {
  /// What the corrector needs of the step before.
  private struct Past: Sendable {
    /// After its own correction.
    let sample: Latents
    let noise: Latents
    let tau: Double
    let correctorOrder: Int
  }

  public let timesteps: [Double]
  public let sigmas: [Float]
  private let schedule: NoiseSchedule
  private let predictionType: PredictionType
  /// Whether the clean latent is integrated, or the noise.
  private let predictsData: Bool
  private let predictorOrder: Int
  private let correctorOrder: Int
  private let lowerOrderFinal: Bool
  private let tau: Double
  private let stochasticTimesteps: ClosedRange<Double>
  /// What is integrated, with its λ; the newest first.
  private var history: [(lambda: Double, prediction: Latents)] = []
  private var past: Past?

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    switch configuration.algorithmType {
    case .dataPrediction, nil: predictsData = true
    case .noisePrediction: predictsData = false
    case .dpmSolver, .dpmSolverPlusPlus, .sdeDPMSolverPlusPlus:
      throw .unsupported(
        key: "algorithm_type", found: configuration.algorithmType?.rawValue ?? "null",
        supported: "data_prediction or noise_prediction")
    }
    try configuration.refuseLearnedVariance()
    for (key, order) in [
      ("predictor_order", configuration.predictorOrder),
      ("corrector_order", configuration.correctorOrder),
    ] where !(1...4).contains(order) {
      throw .unsupported(key: key, found: "\(order)", supported: "1 to 4")
    }
    guard configuration.tau >= 0, configuration.tau.isFinite else {
      throw .unsupported(key: "tau", found: "\(configuration.tau)", supported: "0 or more")
    }
    schedule = try NoiseSchedule(configuration)
    let table = try Timetable.solver(
      configuration, schedule: schedule, steps: steps, lu: false, final: nil)
    timesteps = table.timesteps
    sigmas = table.sigmas
    predictionType = configuration.predictionType
    predictorOrder = configuration.predictorOrder
    correctorOrder = configuration.correctorOrder
    lowerOrderFinal = configuration.lowerOrderFinal
    tau = configuration.tau
    stochasticTimesteps = configuration.stochasticTimesteps
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let here = NoiseLevel(sigma: sigmas[index])
    let denoised = predictionType.clean(noisePrediction, sample: sample, at: here)
    let prediction =
      predictsData
      ? denoised : predictionType.noise(noisePrediction, sample: sample, at: here)
    history.insert((here.lambda, prediction), at: 0)

    var corrected = sample
    if let past {
      corrected = advance(
        past.sample, from: NoiseLevel(sigma: sigmas[index - 1]), to: here,
        over: history.prefix(past.correctorOrder), tau: past.tau, noise: past.noise)
    }
    let known = history.count
    history = Array(history.prefix(max(predictorOrder, correctorOrder - 1)))

    // The model is not asked again after the correction.
    let left =
      lowerOrderFinal ? timesteps.count - index : max(predictorOrder, correctorOrder)
    let now = Past(
      sample: corrected, noise: noise(),
      tau: stochasticTimesteps.contains(timesteps[index]) ? tau : 0,
      correctorOrder: min(correctorOrder, left + 1, known + 1))
    past = now
    let next = advance(
      corrected, from: here, to: NoiseLevel(sigma: sigmas[index + 1]),
      over: history.prefix(min(predictorOrder, left)), tau: now.tau, noise: now.noise)
    return SchedulerStep(sample: next, denoised: denoised)
  }

  /// As much noise as the timestep has in training, which Karras's σ only comes near to.
  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    schedule.addNoise(to: clean, noise: noise, timestep: timesteps[index])
  }

  /// One step of the stochastic equation, the predictions interpolated by a polynomial in λ.
  ///
  /// The newest node comes first: the predictor's lies at the start of the interval, the
  /// corrector's at its end.
  private func advance(
    _ sample: Latents, from start: NoiseLevel, to end: NoiseLevel,
    over nodes: ArraySlice<(lambda: Double, prediction: Latents)>, tau: Double, noise: Latents
  ) -> Latents {
    let h = end.lambda - start.lambda
    let stochastic = 1 + tau * tau
    let kept: Double
    let scale: Double
    let fresh: Double
    if predictsData {
      kept = exp(-tau * tau * h) * end.noise / start.noise
      scale = stochastic * end.signal
      fresh = end.noise * (-expm1(-2 * tau * tau * h)).squareRoot()
    } else {
      kept = end.signal / start.signal
      scale = -stochastic * end.noise
      fresh = tau * end.noise * expm1(2 * h).squareRoot()
    }
    let weights = AdamsWeights(
      nodes: nodes.map { $0.lambda - end.lambda }, h: h, rate: predictsData ? stochastic : -1,
      evenSecondOrder: predictsData)
    return weightedSum(
      [(kept, sample)] + zip(weights.values, nodes).map { (scale * $0, $1.prediction) }
        + [(fresh, noise)])
  }
}
