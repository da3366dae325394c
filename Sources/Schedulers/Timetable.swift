/// Where a sampler asks the model, made from a configuration and a number of steps.
struct Timetable: Sendable {
  /// Falling.
  let timesteps: [Double]
  /// One more than there are timesteps.
  let sigmas: [Float]

  /// Whole timesteps of the samplers that work on the table of ᾱ: DDIM and DDPM.
  static func discrete(
    _ configuration: SchedulerConfiguration, schedule: NoiseSchedule, steps: Int
  ) throws(SchedulerError) -> Timetable {
    let spacing = configuration.timestepSpacing ?? .leading
    try check(steps, schedule)
    let timesteps = spacing.timesteps(
      steps: steps, of: schedule.count, offset: configuration.stepsOffset
    ).map { $0.rounded(.toNearestOrEven) }
    try checkRange(timesteps, spacing, steps, schedule)
    return Timetable(
      timesteps: timesteps, sigmas: timesteps.map { schedule.sigmas[Int($0)] } + [0])
  }

  /// Whole timesteps that a model is published with.
  static func given(_ timesteps: [Double], schedule: NoiseSchedule) throws(SchedulerError)
    -> Timetable
  {
    guard timesteps.allSatisfy({ $0 >= 0 && $0 < Double(schedule.count) }) else {
      throw .unsupported(
        key: "num_train_timesteps", found: "\(schedule.count)",
        supported: "a schedule with the timesteps \(timesteps)")
    }
    return Timetable(
      timesteps: timesteps, sigmas: timesteps.map { schedule.sigmas[Int($0)] } + [0])
  }

  /// Fractional timesteps of the samplers that work on σ alone: Euler and Euler ancestral.
  static func continuous(
    _ configuration: SchedulerConfiguration, schedule: NoiseSchedule, steps: Int, karras: Bool,
    final: SchedulerConfiguration.FinalSigmas
  ) throws(SchedulerError) -> Timetable {
    let spacing = configuration.timestepSpacing ?? .linspace
    try check(steps, schedule)
    var timesteps = spacing.timesteps(
      steps: steps, of: schedule.count, offset: configuration.stepsOffset
    ).map { Double(Float($0)) }
    try checkRange(timesteps, spacing, steps, schedule)
    var sigmas = timesteps.map(schedule.sigma(at:))
    if karras, let highest = sigmas.first, let lowest = sigmas.last {
      sigmas = karrasSigmas(from: highest, to: lowest, count: steps)
      timesteps = sigmas.map { Double(Float(schedule.timestep(ofSigma: $0))) }
    }
    return Timetable(
      timesteps: timesteps, sigmas: sigmas.map { Float($0) } + [finalSigma(final, schedule)])
  }

  /// Whole timesteps of the multistep solvers, whose σ need not be those of the timesteps.
  ///
  /// `lu` says whether even steps of λ may be asked for. No `final` is SA-Solver's rule: the σ of
  /// timestep 0, or with Karras the lowest σ once more.
  static func solver(
    _ configuration: SchedulerConfiguration, schedule: NoiseSchedule, steps: Int, lu: Bool,
    final: SchedulerConfiguration.FinalSigmas?
  ) throws(SchedulerError) -> Timetable {
    let spacing = configuration.timestepSpacing ?? .linspace
    try check(steps, schedule)
    let clipped = schedule.sigmas.count {
      NoiseLevel(sigma: $0).lambda < configuration.lambdaMinClipped
    }
    guard clipped < schedule.count else {
      throw .unsupported(
        key: "lambda_min_clipped", found: "\(configuration.lambdaMinClipped)",
        supported: "a number below the highest λ of the schedule")
    }
    var timesteps = spacing.solverTimesteps(
      steps: steps, last: schedule.count - clipped, of: schedule.count,
      offset: configuration.stepsOffset)
    try checkRange(timesteps, spacing, steps, schedule)
    var sigmas = timesteps.map(schedule.sigma(at:))
    let (lowest, highest) = (schedule.sigmas[0], schedule.sigmas[schedule.count - 1])
    if configuration.useKarrasSigmas {
      sigmas = karrasSigmas(from: Double(highest), to: Double(lowest), count: steps)
    } else if lu, configuration.useLuLambdas {
      sigmas = uniformLambdaSigmas(from: highest, to: lowest, count: steps)
    }
    if configuration.useKarrasSigmas || lu && configuration.useLuLambdas {
      timesteps = sigmas.map { schedule.timestep(ofSigma: $0).rounded(.toNearestOrEven) }
    }
    let rounded = sigmas.map { Float($0) }
    // The solvers divide by differences of λ.
    guard zip(rounded, rounded.dropFirst()).allSatisfy({ $0 > $1 }) else {
      throw unusable(spacing, steps, schedule)
    }
    let end =
      final.map { finalSigma($0, schedule) }
      ?? (configuration.useKarrasSigmas ? rounded[rounded.count - 1] : lowest)
    return Timetable(timesteps: timesteps, sigmas: rounded + [end])
  }

  private static func finalSigma(
    _ final: SchedulerConfiguration.FinalSigmas, _ schedule: NoiseSchedule
  ) -> Float {
    switch final {
    case .zero: 0
    case .sigmaMin: schedule.sigmas[0]
    }
  }

  private static func check(_ steps: Int, _ schedule: NoiseSchedule) throws(SchedulerError) {
    guard (1...schedule.count).contains(steps) else {
      throw .stepsOutOfRange(found: steps, most: schedule.count)
    }
  }

  /// An offset can push timesteps out of the tables.
  private static func checkRange(
    _ timesteps: [Double], _ spacing: TimestepSpacing, _ steps: Int, _ schedule: NoiseSchedule
  ) throws(SchedulerError) {
    guard timesteps.allSatisfy({ $0 >= 0 && $0 < Double(schedule.count) }) else {
      throw unusable(spacing, steps, schedule)
    }
  }

  private static func unusable(
    _ spacing: TimestepSpacing, _ steps: Int, _ schedule: NoiseSchedule
  ) -> SchedulerError {
    .unusableSpacing(
      spacing: spacing.rawValue, steps: steps, trainTimesteps: schedule.count)
  }
}
