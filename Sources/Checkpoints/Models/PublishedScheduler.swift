/// The scheduler that a transformer without one was published with, told by the model's name.
enum PublishedScheduler: String {
  case dpmSolver = "DPMSolverMultistepScheduler"
  case lcm = "LCMScheduler"
  case ddpm = "DDPMScheduler"

  init(modelName: String) {
    let name = modelName.lowercased()
    self = name.contains("lcm") ? .lcm : name.contains("dmd") ? .ddpm : .dpmSolver
  }

  /// As `scheduler_config.json` has them.
  var values: [String: JSONValue] {
    var values: [String: JSONValue] = [
      "_class_name": .string(rawValue), "num_train_timesteps": .integer(1000),
      "beta_schedule": .string("linear"), "beta_start": .number(0.0001), "beta_end": .number(0.02),
      "prediction_type": .string("epsilon"),
    ]
    switch self {
    case .dpmSolver:
      values["algorithm_type"] = .string("dpmsolver++")
      values["solver_order"] = .integer(2)
    case .lcm:
      values["original_inference_steps"] = .integer(50)
      values["clip_sample"] = .bool(false)
    case .ddpm:
      values["clip_sample"] = .bool(false)
      values["variance_type"] = .string("fixed_small")
    }
    return values
  }
}
