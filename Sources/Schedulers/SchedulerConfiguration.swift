/// The settings of diffusers' schedulers that this module knows, under diffusers' names.
///
/// One structure serves all classes, as `from_config` lets a model's settings pass from class to
/// class. What is `nil` was not set and takes the default of the class that is made.
public struct SchedulerConfiguration: Sendable, Equatable {
  public enum BetaSchedule: String, Sendable, CaseIterable {
    case linear
    /// Even steps of √β.
    case scaledLinear = "scaled_linear"
  }

  public enum AlgorithmType: String, Sendable, CaseIterable {
    case dpmSolver = "dpmsolver"
    case dpmSolverPlusPlus = "dpmsolver++"
    case sdeDPMSolverPlusPlus = "sde-dpmsolver++"
    case dataPrediction = "data_prediction"
    case noisePrediction = "noise_prediction"
  }

  public enum SolverType: String, Sendable, CaseIterable {
    case midpoint, heun
  }

  public enum FinalSigmas: String, Sendable, CaseIterable {
    case zero
    /// The σ of timestep 0.
    case sigmaMin = "sigma_min"
  }

  public enum VarianceType: String, Sendable, CaseIterable {
    case fixedSmall = "fixed_small"
    case fixedSmallLog = "fixed_small_log"
    case fixedLarge = "fixed_large"
    case fixedLargeLog = "fixed_large_log"
    case learned
    case learnedRange = "learned_range"
  }

  /// Absurd counts in a damaged file must not become absurd tables.
  static let mostTrainTimesteps = 100_000

  /// `_class_name`, the scheduler the model was published with.
  public var className: String?

  // MARK: the noise schedule
  public var trainTimesteps = 1000
  public var betaStart = 0.0001
  public var betaEnd = 0.02
  public var betaSchedule = BetaSchedule.linear
  /// Takes the place of start, end and schedule.
  public var trainedBetas: [Float]?
  public var predictionType = PredictionType.epsilon

  // MARK: the steps
  public var timestepSpacing: TimestepSpacing?
  public var stepsOffset = 0
  public var useKarrasSigmas = false
  public var useLuLambdas = false
  public var finalSigmas = FinalSigmas.zero
  /// Timesteps with a λ below this are left out.
  public var lambdaMinClipped = -Double.infinity

  // MARK: the solvers
  public var algorithmType: AlgorithmType?
  /// 1 to 3.
  public var solverOrder = 2
  public var solverType = SolverType.midpoint
  public var lowerOrderFinal = true
  public var eulerAtFinal = false
  /// 1 to 4.
  public var predictorOrder = 2
  /// 1 to 4.
  public var correctorOrder = 2
  public var varianceType: VarianceType?

  // MARK: DDIM and DDPM
  /// Clamps the predicted clean latent; latents want this off.
  public var clipSample: Bool?
  public var clipSampleRange = 1.0
  public var setAlphaToOne = true

  // MARK: LCM
  /// Steps of the solver that the network was distilled from.
  public var originalInferenceSteps = 50
  /// What timesteps are multiplied by in the boundary condition.
  public var timestepScaling = 10.0

  // MARK: what the caller of a pipeline chooses; not in the file
  /// Whether the network was distilled to one step, which no key of the file says.
  public var isOneStep = false
  /// DDIM's share of fresh noise, 0 to 1.
  public var eta = 0.0
  /// SA-Solver's τ, the amount of fresh noise, at ``stochasticTimesteps``.
  public var tau = 1.0
  public var stochasticTimesteps: ClosedRange<Double> = 200...800

  /// Every setting at its default.
  public init() {}
}
