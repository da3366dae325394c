import Foundation
public import Tensors

/// DPM-Solver and DPM-Solver++, orders 1 to 3, as multistep methods; the latter also with noise.
///
/// Lu et al., "DPM-Solver" and "DPM-Solver++"; `DPMSolverMultistepScheduler` in diffusers, the
/// sampler PixArt is published with.
public struct DPMSolverMultistepScheduler: Scheduler {
  enum Algorithm: Sendable {
    /// Integrates the noise.
    case dpmSolver
    /// Integrates the clean latent.
    case dpmSolverPlusPlus
    case sdeDPMSolverPlusPlus
  }

  public let timesteps: [Double]
  public let sigmas: [Float]
  private let predictionType: PredictionType
  private let algorithm: Algorithm
  private let order: Int
  private let solverType: SchedulerConfiguration.SolverType
  private let lowerOrderFinal: Bool
  /// Whether the very last step is of order 1 even in a long run.
  private let firstOrderAtEnd: Bool
  /// What is integrated, with its λ; the newest first, at most `order` of them.
  private var history: [(lambda: Double, prediction: Latents)] = []

  /// - Throws: ``SchedulerError`` for settings or a number of steps that cannot be.
  public init(_ configuration: SchedulerConfiguration, steps: Int) throws(SchedulerError) {
    switch configuration.algorithmType {
    case .dpmSolver: algorithm = .dpmSolver
    case .dpmSolverPlusPlus, nil: algorithm = .dpmSolverPlusPlus
    case .sdeDPMSolverPlusPlus: algorithm = .sdeDPMSolverPlusPlus
    case .dataPrediction, .noisePrediction:
      throw .unsupported(
        key: "algorithm_type", found: configuration.algorithmType?.rawValue ?? "null",
        supported: "dpmsolver, dpmsolver++ or sde-dpmsolver++")
    }
    if algorithm == .dpmSolver, configuration.finalSigmas == .zero {
      throw .unsupported(
        key: "final_sigmas_type", found: "zero", supported: "sigma_min with dpmsolver")
    }
    try configuration.refuseLearnedVariance()
    order = configuration.solverOrder
    guard (1...3).contains(order) else {
      throw .unsupported(key: "solver_order", found: "\(order)", supported: "1 to 3")
    }
    let table = try Timetable.solver(
      configuration, schedule: NoiseSchedule(configuration), steps: steps, lu: true,
      final: configuration.finalSigmas)
    timesteps = table.timesteps
    sigmas = table.sigmas
    predictionType = configuration.predictionType
    solverType = configuration.solverType
    lowerOrderFinal = configuration.lowerOrderFinal && timesteps.count < 15
    firstOrderAtEnd =
      configuration.eulerAtFinal || lowerOrderFinal || configuration.finalSigmas == .zero
  }

  public mutating func step(
    noisePrediction: Latents, at index: Int, sample: Latents, noise: () -> Latents
  ) -> SchedulerStep {
    let (here, next) = (NoiseLevel(sigma: sigmas[index]), NoiseLevel(sigma: sigmas[index + 1]))
    let denoised = predictionType.clean(noisePrediction, sample: sample, at: here)
    let prediction =
      algorithm == .dpmSolver
      ? predictionType.noise(noisePrediction, sample: sample, at: here) : denoised
    history.insert((here.lambda, prediction), at: 0)
    if history.count > order { history.removeLast() }

    let h = next.lambda - here.lambda
    var terms: [(Double, Latents)]
    let stretched: Double
    let scale: Double
    switch algorithm {
    case .dpmSolver:
      (stretched, scale) = (-h, next.noise)
      terms = [(next.signal / here.signal, sample)]
    case .dpmSolverPlusPlus:
      (stretched, scale) = (h, next.signal)
      terms = [(next.noise / here.noise, sample)]
    case .sdeDPMSolverPlusPlus:
      (stretched, scale) = (2 * h, next.signal)
      terms = [(next.noise / here.noise * exp(-h), sample)]
    }
    let shares = weights(order: usableOrder(at: index), h: h, stretched: stretched)
    terms += zip(shares, history).map { (scale * $0, $1.prediction) }
    if algorithm == .sdeDPMSolverPlusPlus {
      // h is a hair below 0 where the rounded ln σ puts the lowest σ below the final one.
      terms.append((next.noise * max(-expm1(-2 * h), 0).squareRoot(), noise()))
    }
    return SchedulerStep(sample: weightedSum(terms), denoised: denoised)
  }

  public func addNoise(to clean: Latents, noise: Latents, at index: Int) -> Latents {
    let level = NoiseLevel(sigma: sigmas[index])
    return weightedSum((level.signal, clean), (level.noise, noise))
  }

  private func usableOrder(at index: Int) -> Int {
    let left = timesteps.count - index
    if left == 1, firstOrderAtEnd { return 1 }
    return min(history.count, left == 2 && lowerOrderFinal ? 2 : order)
  }

  /// What each prediction of the history counts in the step, newest first.
  ///
  /// The papers expand the prediction in λ: D₀ + D₁ u + D₂ u², the derivatives taken as divided
  /// differences over the history. All algorithms share the integrals of that expansion, over
  /// an interval that is h long, −h or 2h.
  private func weights(order: Int, h: Double, stretched: Double) -> [Double] {
    let integral0 = -expm1(-stretched)
    // Karras's lowest σ may be the final one as well: then the last step stands still.
    guard order > 1, stretched != 0 else { return [integral0] }
    let integral1 =
      order == 2 && solverType == .midpoint ? integral0 / 2 : 1 - integral0 / stretched
    // 1/r₀, with r₀ the last interval over this one
    let inverse0 = h / (history[0].lambda - history[1].lambda)
    guard order > 2 else {
      return [integral0 + integral1 * inverse0, -integral1 * inverse0]
    }
    // For the noisy variant diffusers subtracts the half; so does this.
    let half = algorithm == .sdeDPMSolverPlusPlus ? -0.5 : 0.5
    let integral2 = (integral0 - stretched) / (stretched * stretched) + half
    let inverse1 = h / (history[1].lambda - history[2].lambda)
    let share = inverse1 / (inverse0 + inverse1)
    let span = 1 / (1 / inverse0 + 1 / inverse1)
    // of the differences newest − second and second − third
    let newer = (integral1 * (1 + share) + integral2 * span) * inverse0
    let older = -(integral1 * share + integral2 * span) * inverse1
    return [integral0 + newer, older - newer, -older]
  }
}

extension SchedulerConfiguration {
  /// Learned variances would change the channels the model's output is read from.
  func refuseLearnedVariance() throws(SchedulerError) {
    guard let varianceType, [.learned, .learnedRange].contains(varianceType) else { return }
    throw .unsupported(
      key: "variance_type", found: varianceType.rawValue, supported: "null")
  }
}
