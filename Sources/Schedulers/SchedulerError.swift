/// What stands between a scheduler configuration and a run.
public enum SchedulerError: Error, Equatable, CustomStringConvertible {
  /// A key of scheduler_config.json holds something that is not built here.
  case unsupported(key: String, found: String, supported: String)
  case stepsOutOfRange(found: Int, most: Int)
  /// For networks that go from noise to the picture at once.
  case oneStepOnly(found: Int)
  /// The spacing puts two steps on one noise level, or outside the trained timesteps.
  case unusableSpacing(spacing: String, steps: Int, trainTimesteps: Int)
  case unusableBetas(reason: String)
  case strengthOutOfRange(found: Double)
  case strengthWithoutSteps(strength: Double, steps: Int)

  public var description: String {
    switch self {
    case .unsupported(let key, let found, let supported):
      "The scheduler configuration has \(key) = \(found), but only \(supported) will do here. "
        + "Choose another sampler or correct scheduler_config.json."
    case .stepsOutOfRange(let found, let most):
      "\(found) steps were asked for, but this model takes 1 to \(most). Choose another --steps."
    case .oneStepOnly(let found):
      "\(found) steps were asked for, but 'dmd' makes a picture in one. Choose --steps 1, or "
        + "another sampler."
    case .unusableSpacing(let spacing, let steps, let trainTimesteps):
      "With the spacing '\(spacing)' \(steps) steps do not fit the model's \(trainTimesteps) "
        + "timesteps. Choose fewer --steps."
    case .unusableBetas(let reason):
      "The noise schedule cannot be used: \(reason). Correct scheduler_config.json."
    case .strengthOutOfRange(let found):
      "The strength is \(found), but it must be above 0 and at most 1."
    case .strengthWithoutSteps(let strength, let steps):
      "Strength \(strength) of \(steps) steps leaves nothing to do. Raise --strength or --steps."
    }
  }
}
