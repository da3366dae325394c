import Foundation
import Schedulers
import TestSupport
import Testing

@Suite struct SchedulerConfigurationTests {
  private func message(_ json: [String: Any], steps: Int = 8) -> String? {
    do {
      _ = try SchedulerConfiguration(json: json).makeScheduler(steps: steps)
      return nil
    } catch {
      return error.description
    }
  }

  /// The scheduler settings PixArt is published with, in the golden model.
  @Test func readsThePublishedFile() throws {
    let file = Golden.model("sigma-tiny").appending(path: "scheduler/scheduler_config.json")
    // -Infinity is not JSON; whoever parses the file hands it over as a string.
    let text = try String(contentsOf: file, encoding: .utf8)
      .replacing("-Infinity", with: "\"-Infinity\"")
    let json = try #require(
      JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    var expected = SchedulerConfiguration()
    expected.className = "DPMSolverMultistepScheduler"
    expected.algorithmType = .dpmSolverPlusPlus
    expected.timestepSpacing = .linspace
    #expect(try SchedulerConfiguration(json: json) == expected)
    #expect(expected.samplerName == .dpmPlusPlus2M)
  }

  @Test func leavesDefaultsForWhatIsMissingOrNull() throws {
    let json: [String: Any] = [
      "beta_schedule": NSNull(), "trained_betas": NSNull(), "solver_order": NSNull(),
      "something_new": ["x": 1],
    ]
    #expect(try SchedulerConfiguration(json: json) == SchedulerConfiguration())
    #expect(try SchedulerConfiguration(json: [:]) == SchedulerConfiguration())
  }

  @Test func readsEveryKey() throws {
    let json: [String: Any] = [
      "num_train_timesteps": 3, "beta_start": 0.001, "beta_end": 1, "prediction_type": "sample",
      "beta_schedule": "scaled_linear", "trained_betas": [0.25, 0.5, 0.75],
      "timestep_spacing": "trailing", "steps_offset": 2.0, "use_karras_sigmas": true,
      "use_lu_lambdas": true, "final_sigmas_type": "sigma_min", "lambda_min_clipped": -5.1,
      "algorithm_type": "deis", "solver_order": 3, "solver_type": "bh2",
      "lower_order_final": false, "euler_at_final": true, "predictor_order": 3,
      "corrector_order": 4, "variance_type": "fixed_large", "clip_sample": true,
      "clip_sample_range": 2, "set_alpha_to_one": false, "interpolation_type": "linear",
      "timestep_type": "discrete", "thresholding": false, "_class_name": "DDIMScheduler",
    ]
    var expected = SchedulerConfiguration()
    expected.className = "DDIMScheduler"
    expected.trainTimesteps = 3
    expected.betaStart = 0.001
    expected.betaEnd = 1
    expected.predictionType = .sample
    expected.betaSchedule = .scaledLinear
    expected.trainedBetas = [0.25, 0.5, 0.75]
    expected.timestepSpacing = .trailing
    expected.stepsOffset = 2
    expected.useKarrasSigmas = true
    expected.useLuLambdas = true
    expected.finalSigmas = .sigmaMin
    expected.lambdaMinClipped = -5.1
    expected.algorithmType = .dpmSolverPlusPlus
    expected.solverOrder = 3
    expected.solverType = .midpoint
    expected.lowerOrderFinal = false
    expected.eulerAtFinal = true
    expected.predictorOrder = 3
    expected.correctorOrder = 4
    expected.varianceType = .fixedLarge
    expected.clipSample = true
    expected.clipSampleRange = 2
    expected.setAlphaToOne = false
    #expect(try SchedulerConfiguration(json: json) == expected)
  }

  @Test func namesWhatItCannotRead() {
    #expect(
      message(["beta_schedule": "squaredcos_cap_v2"])
        == "The scheduler configuration has beta_schedule = squaredcos_cap_v2, but only linear or "
        + "scaled_linear will do here. Choose another sampler or correct scheduler_config.json.")
    let refused: [[String: Any]] = [
      ["num_train_timesteps": 0], ["num_train_timesteps": 1e18], ["num_train_timesteps": 10.5],
      ["num_train_timesteps": "1000"], ["beta_start": "small"], ["beta_end": "NaN"],
      ["trained_betas": [0.1, "x"]], ["trained_betas": 0.1], ["prediction_type": "flow_prediction"],
      ["timestep_spacing": 3], ["steps_offset": -1], ["use_karras_sigmas": "yes"],
      ["solver_order": 4], ["solver_type": "cubic"], ["algorithm_type": "sde-dpmsolver"],
      ["predictor_order": 0], ["corrector_order": 5], ["variance_type": "any"],
      ["thresholding": true], ["rescale_betas_zero_snr": true], ["use_beta_sigmas": true],
      ["use_exponential_sigmas": true], ["use_flow_sigmas": true], ["use_dynamic_shifting": true],
      ["interpolation_type": "log_linear"], ["timestep_type": "continuous"], ["sigma_max": 80],
      ["_class_name": 7],
    ]
    for json in refused {
      let key = json.keys.first ?? ""
      #expect(
        message(json)?.hasPrefix("The scheduler configuration has \(key) = ") == true, "\(json)")
    }
  }

  /// What diffusers refuses for a class, and what this module does not build.
  @Test func refusesWhatTheClassCannotDo() {
    let refused: [(String, String, Any)] = [
      ("PNDMScheduler", "_class_name", "PNDMScheduler"),
      ("DPMSolverMultistepScheduler", "algorithm_type", "data_prediction"),
      ("DPMSolverMultistepScheduler", "variance_type", "learned_range"),
      ("SASolverScheduler", "algorithm_type", "dpmsolver++"),
      ("SASolverScheduler", "variance_type", "learned"),
      ("EulerAncestralDiscreteScheduler", "prediction_type", "sample"),
      ("DDPMScheduler", "variance_type", "learned_range"),
      ("DDPMScheduler", "variance_type", "fixed_large_log"),
      ("DDIMScheduler", "clip_sample_range", -1.0),
      ("DPMSolverMultistepScheduler", "lambda_min_clipped", 20.0),
    ]
    for (name, key, value) in refused {
      var json: [String: Any] = ["_class_name": name]
      json[key] = value
      #expect(
        message(json)?.hasPrefix("The scheduler configuration has \(key) = \(value)") == true,
        "\(json)")
    }
    #expect(
      message(["_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver"])
        == "The scheduler configuration has final_sigmas_type = zero, but only sigma_min with "
        + "dpmsolver will do here. Choose another sampler or correct scheduler_config.json.")
    var configuration = SchedulerConfiguration()
    configuration.eta = 1.5
    #expect(throws: SchedulerError.self) { try DDIMScheduler(configuration, steps: 8) }
    configuration.tau = -1
    #expect(throws: SchedulerError.self) { try SASolverScheduler(configuration, steps: 8) }
  }
}
