import Foundation

extension SchedulerConfiguration {
  /// Reads the contents of a scheduler_config.json.
  ///
  /// Missing keys and nulls are left at their defaults, unknown keys are ignored.
  ///
  /// - Parameter json: The parsed file; a number that JSON cannot write may be a string, such as
  ///   "-Infinity".
  /// - Throws: ``SchedulerError/unsupported(key:found:supported:)`` for a value that is of the
  ///   wrong kind or asks for something that is not built here.
  public init(json: [String: Any]) throws(SchedulerError) {
    let reader = Reader(json: json)
    className = try reader.string("_class_name")
    trainTimesteps =
      try reader.integer("num_train_timesteps", in: 1...Self.mostTrainTimesteps) ?? trainTimesteps
    betaStart = try reader.number("beta_start") ?? betaStart
    betaEnd = try reader.number("beta_end") ?? betaEnd
    betaSchedule = try reader.choice("beta_schedule") ?? betaSchedule
    trainedBetas = try reader.numbers("trained_betas")?.map { Float($0) }
    predictionType = try reader.choice("prediction_type") ?? predictionType

    timestepSpacing = try reader.choice("timestep_spacing")
    stepsOffset =
      try reader.integer("steps_offset", in: 0...Self.mostTrainTimesteps) ?? stepsOffset
    useKarrasSigmas = try reader.boolean("use_karras_sigmas") ?? useKarrasSigmas
    useLuLambdas = try reader.boolean("use_lu_lambdas") ?? useLuLambdas
    finalSigmas = try reader.choice("final_sigmas_type") ?? finalSigmas
    lambdaMinClipped = try reader.number("lambda_min_clipped") ?? lambdaMinClipped

    // diffusers takes these names of other solvers for their nearest relatives.
    algorithmType = try reader.choice("algorithm_type", alias: ["deis": "dpmsolver++"])
    solverOrder = try reader.integer("solver_order", in: 1...3) ?? solverOrder
    solverType =
      try reader.choice(
        "solver_type", alias: ["logrho": "midpoint", "bh1": "midpoint", "bh2": "midpoint"])
      ?? solverType
    lowerOrderFinal = try reader.boolean("lower_order_final") ?? lowerOrderFinal
    eulerAtFinal = try reader.boolean("euler_at_final") ?? eulerAtFinal
    predictorOrder = try reader.integer("predictor_order", in: 1...4) ?? predictorOrder
    correctorOrder = try reader.integer("corrector_order", in: 1...4) ?? correctorOrder
    varianceType = try reader.choice("variance_type")

    clipSample = try reader.boolean("clip_sample")
    clipSampleRange = try reader.number("clip_sample_range") ?? clipSampleRange
    setAlphaToOne = try reader.boolean("set_alpha_to_one") ?? setAlphaToOne

    originalInferenceSteps =
      try reader.integer("original_inference_steps", in: 1...Self.mostTrainTimesteps)
      ?? originalInferenceSteps
    timestepScaling = try reader.number("timestep_scaling") ?? timestepScaling

    for key in [
      "thresholding", "rescale_betas_zero_snr", "use_exponential_sigmas", "use_beta_sigmas",
      "use_flow_sigmas", "use_dynamic_shifting",
    ] where try reader.boolean(key) == true {
      throw .unsupported(key: key, found: "true", supported: "false")
    }
    try reader.only("linear", for: "interpolation_type")
    try reader.only("discrete", for: "timestep_type")
    for key in ["sigma_min", "sigma_max"] {
      if let found = try reader.number(key) {
        throw .unsupported(key: key, found: "\(found)", supported: "null")
      }
    }
  }
}

/// Typed access to a JSON object whose values may be missing or null.
private struct Reader {
  let json: [String: Any]

  private func value(_ key: String) -> Any? {
    guard let value = json[key], !(value is NSNull) else { return nil }
    return value
  }

  func string(_ key: String) throws(SchedulerError) -> String? {
    guard let value = value(key) else { return nil }
    guard let string = value as? String else { throw wrong(key, value, "a string") }
    return string
  }

  func boolean(_ key: String) throws(SchedulerError) -> Bool? {
    guard let value = value(key) else { return nil }
    guard let boolean = value as? Bool else { throw wrong(key, value, "true or false") }
    return boolean
  }

  func number(_ key: String) throws(SchedulerError) -> Double? {
    guard let value = value(key) else { return nil }
    guard let number = Self.double(value), !number.isNaN else {
      throw wrong(key, value, "a number")
    }
    return number
  }

  func numbers(_ key: String) throws(SchedulerError) -> [Double]? {
    guard let value = value(key) else { return nil }
    guard let list = value as? [Any], case let numbers = list.compactMap(Self.double),
      numbers.count == list.count
    else { throw wrong(key, value, "a list of numbers") }
    return numbers
  }

  func integer(_ key: String, in range: ClosedRange<Int>) throws(SchedulerError) -> Int? {
    guard let value = value(key) else { return nil }
    guard let integer = Self.double(value).flatMap({ Int(exactly: $0) }), range.contains(integer)
    else {
      throw wrong(key, value, "a whole number from \(range.lowerBound) to \(range.upperBound)")
    }
    return integer
  }

  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ key: String, alias: [String: String] = [:]
  ) throws(SchedulerError) -> Choice? {
    guard let value = value(key) else { return nil }
    guard let name = value as? String, let choice = Choice(rawValue: alias[name] ?? name) else {
      throw wrong(key, value, Choice.allCases.map(\.rawValue).formatted(.list(type: .or)))
    }
    return choice
  }

  func only(_ supported: String, for key: String) throws(SchedulerError) {
    guard let found = try string(key), found != supported else { return }
    throw .unsupported(key: key, found: found, supported: supported)
  }

  private func wrong(_ key: String, _ value: Any, _ supported: String) -> SchedulerError {
    .unsupported(key: key, found: String("\(value)".prefix(60)), supported: supported)
  }

  private static func double(_ value: Any) -> Double? {
    switch value {
    case let number as Double: number
    case let number as Int: Double(number)
    case "Infinity" as String: .infinity
    case "-Infinity" as String: -.infinity
    default: nil
    }
  }
}
