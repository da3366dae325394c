import Foundation
import Schedulers
import Tensors
import TestSupport
import Testing

/// Runs on four numbers with the model ε = 0.5 · input + 0.001 · t, in settings that the goldens
/// leave out, printed by diffusers 0.42.1 (SA-Solver with its σ table widened to float64, the
/// others in float32).
///
/// Run without a model: x = [1, −0.5, 0.25, 2]; from step 1 on or later, `add_noise` of 0.3 · x and
/// [0.5, −0.7, 1.1, −0.2]. Draw k = 1, 2, … is (1 + 0.1 k) · [0.1, −0.2, 0.3, −0.4].
@Suite struct SamplerSettingsTests {
  struct Row: Sendable, CustomTestStringConvertible {
    enum Class: String {
      case dpm = "DPMSolverMultistepScheduler"
      case sa = "SASolverScheduler"
      case ddim = "DDIMScheduler"
      case ddpm = "DDPMScheduler"
      case euler = "EulerDiscreteScheduler"
      case eulerAncestral = "EulerAncestralDiscreteScheduler"
    }

    let className: Class
    let settings: [String: any Sendable]
    let steps: Int
    let start: Int
    let eta: Double
    let tau: Double
    let final: [Float]

    init(
      _ className: Class, _ settings: [String: any Sendable], steps: Int, start: Int = 0,
      eta: Double = 0, tau: Double = 1, final: [Float]
    ) {
      self.className = className
      self.settings = settings
      self.steps = steps
      self.start = start
      self.eta = eta
      self.tau = tau
      self.final = final
    }

    var testDescription: String { "\(className) \(settings), \(steps) steps from \(start)" }
  }

  static let rows: [Row] = [
    Row(
      .dpm, ["solver_order": 3, "final_sigmas_type": "sigma_min"], steps: 14,
      final: [-5.09492588, -19.0525684, -12.0737467, 4.21016741]),
    Row(
      .dpm, ["solver_order": 3, "final_sigmas_type": "sigma_min"], steps: 15,
      final: [-5.84700441, -21.3194656, -13.5832205, 4.46797371]),
    Row(
      .dpm,
      [
        "algorithm_type": "sde-dpmsolver++", "final_sigmas_type": "sigma_min",
        "use_karras_sigmas": true,
      ], steps: 16, final: [-0.365477413, -2.73316407, 1.09685874, -4.07938051]),
    Row(
      .sa, ["predictor_order": 1, "corrector_order": 3], steps: 8,
      final: [-4.18101212, -12.4613618, -6.62209859, -2.05895563]),
    Row(
      .dpm,
      [
        "timestep_spacing": "leading", "steps_offset": 1, "solver_type": "heun",
        "algorithm_type": "sde-dpmsolver++",
      ], steps: 8, final: [-1.00797307, -2.7808547, 0.1970229, -4.00892591]),
    Row(
      .dpm, ["algorithm_type": "sde-dpmsolver++", "solver_order": 3], steps: 8,
      final: [0.330200344, 1.24790025, 3.11319113, -4.92987776]),
    Row(
      .dpm, ["algorithm_type": "dpmsolver", "solver_order": 3, "final_sigmas_type": "sigma_min"],
      steps: 16, final: [-5.12530136, -19.3351097, -12.2302055, 4.34790564]),
    Row(
      .dpm,
      [
        "algorithm_type": "dpmsolver", "solver_type": "heun", "final_sigmas_type": "sigma_min",
        "use_karras_sigmas": true,
      ], steps: 8, final: [-5.74728203, -21.0635948, -13.4054384, 4.46359491]),
    Row(
      .dpm, ["use_karras_sigmas": true, "final_sigmas_type": "sigma_min"], steps: 16,
      final: [-3.73284149, -15.724659, -9.72875118, 4.26170492]),
    Row(
      .dpm, ["lower_order_final": false, "solver_order": 3, "final_sigmas_type": "sigma_min"],
      steps: 16, final: [-5.59947634, -20.6226959, -13.1111116, 4.41600752]),
    Row(
      .dpm, ["euler_at_final": true, "solver_order": 3, "final_sigmas_type": "sigma_min"],
      steps: 16, final: [-5.01635265, -18.9448757, -11.9806175, 4.2693367]),
    Row(
      .dpm, [:], steps: 20, start: 14, final: [0.402586013, -0.743403792, 0.709510922, 0.066679664]),
    Row(
      .dpm,
      ["solver_order": 3, "algorithm_type": "sde-dpmsolver++", "timestep_spacing": "trailing"],
      steps: 10, start: 4, final: [-0.36483568, -1.99979019, 0.607099771, -2.48169684]),
    Row(
      .dpm, ["lambda_min_clipped": -4.0], steps: 6,
      final: [-1.6242727, -9.85591507, -5.74009466, 3.86349082]),
    Row(
      .dpm, ["prediction_type": "v_prediction"], steps: 6,
      final: [0.0834501833, -0.43573603, -0.176142931, 0.429574251]),
    Row(
      .dpm,
      [
        "prediction_type": "sample", "algorithm_type": "dpmsolver",
        "final_sigmas_type": "sigma_min",
      ], steps: 6, final: [0.902659416, 0.147020519, 0.524839997, 1.40641856]),
    Row(
      .dpm, ["beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012], steps: 6,
      final: [-0.77536267, -4.98166609, -2.87851524, 2.02884007]),
    Row(
      .dpm,
      [
        "num_train_timesteps": 10,
        "trained_betas": [0.01, 0.02, 0.04, 0.08, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6],
      ], steps: 4, final: [1.47603106, -0.760305643, 0.357862651, 2.96692181]),
    Row(
      .sa, ["timestep_spacing": "trailing", "predictor_order": 3, "corrector_order": 4], steps: 8,
      final: [-1.58470977, -6.52058266, -2.68971422, -1.01999185]),
    Row(
      .sa, ["predictor_order": 1, "corrector_order": 1], steps: 8,
      final: [-3.38060459, -10.2663725, -5.09373637, -2.2495969]),
    Row(
      .sa, ["predictor_order": 2, "corrector_order": 3, "algorithm_type": "noise_prediction"],
      steps: 8, tau: 0.5, final: [-2.18935824, -10.8558832, -5.00466469, 0.552413104]),
    Row(
      .sa,
      [
        "use_karras_sigmas": true, "predictor_order": 4, "corrector_order": 2,
        "lower_order_final": false,
      ], steps: 8, tau: 1.5, final: [96.0418545, 165.240448, 136.820324, 37.5511139]),
    Row(
      .sa, ["predictor_order": 3, "corrector_order": 3], steps: 12, start: 5,
      final: [-0.292257683, -2.22725288, 0.80107861, -2.52277295]),
    Row(
      .sa, ["prediction_type": "v_prediction", "algorithm_type": "noise_prediction"], steps: 6,
      final: [13.2020703, -1.23422812, -3.27827171, 41.3506535]),
    Row(
      .sa, ["use_karras_sigmas": true], steps: 6, start: 3,
      final: [0.0360398759, -1.06876295, 0.557040368, -0.908372458]),
    Row(
      .ddim, ["timestep_spacing": "trailing", "clip_sample": false], steps: 7, start: 3, eta: 0.7,
      final: [-0.412432969, -2.7630682, 0.708416522, -2.10839176]),
    Row(
      .ddim,
      [
        "timestep_spacing": "leading", "steps_offset": 1, "set_alpha_to_one": false,
        "prediction_type": "v_prediction", "clip_sample": false,
      ], steps: 5, final: [-0.042081546, -0.430921733, -0.236501679, 0.217145175]),
    Row(
      .ddim, ["prediction_type": "sample", "clip_sample_range": 2.0], steps: 5, eta: 1.0,
      final: [0.277818412, 0.120509222, 0.342937827, 0.0951431096]),
    Row(
      .ddpm,
      ["variance_type": "fixed_large", "timestep_spacing": "trailing", "clip_sample": false],
      steps: 6, start: 2, final: [-1.51349497, -4.56892061, 0.115248851, -4.35057878]),
    Row(
      .ddpm, ["prediction_type": "v_prediction"], steps: 6,
      final: [-0.188924551, -0.404560059, -0.0522452556, -0.53420496]),
    Row(
      .euler, ["timestep_spacing": "leading", "final_sigmas_type": "sigma_min"], steps: 6, start: 2,
      final: [-0.0402179509, -1.9044739, 0.706985056, -0.896544397]),
    Row(
      .euler, ["prediction_type": "v_prediction", "use_karras_sigmas": true], steps: 6,
      final: [-0.356023073, -0.357290417, -0.3566567, -0.355178148]),
    Row(
      .euler, ["prediction_type": "sample", "timestep_spacing": "trailing"], steps: 6,
      final: [0.41938132, 0.414716631, 0.417048961, 0.422491133]),
    Row(
      .eulerAncestral, [:], steps: 6, start: 2,
      final: [-1.08990443, -3.41320896, 0.038253691, -2.79376364]),
    Row(
      .eulerAncestral,
      ["prediction_type": "v_prediction", "timestep_spacing": "leading", "steps_offset": 1],
      steps: 6, final: [-0.192013487, -0.403142899, -0.0514489412, -0.54351896]),
  ]

  /// 1e-5 of the largest number: float32 in diffusers, other roundings here (measured: 4e-6).
  @Test(arguments: rows)
  func endsWhereDiffusersDoes(_ row: Row) throws {
    var json: [String: Any] = row.settings
    json["_class_name"] = row.className.rawValue
    var configuration = try SchedulerConfiguration(json: json)
    configuration.eta = row.eta
    configuration.tau = row.tau
    let scheduler = try configuration.makeScheduler(steps: row.steps)
    var sample = FakeModel.latents([1, -0.5, 0.25, 2])
    if row.start > 0 {
      sample = scheduler.addNoise(
        to: FakeModel.latents([0.3, -0.15, 0.075, 0.6]),
        noise: FakeModel.latents([0.5, -0.7, 1.1, -0.2]), at: row.start)
    }
    var draws: Float = 0
    let run = FakeModel.run(scheduler, from: sample, at: row.start) {
      draws += 1
      return FakeModel.latents([0.1, -0.2, 0.3, -0.4].map { (1 + 0.1 * draws) * $0 })
    }
    let got = try #require(run.last)
    let largest = row.final.map(abs).max() ?? 0
    expectClose(got.sample.values, row.final, absolute: 1e-5 * largest, row.testDescription)
  }

  /// With this β the lowest σ by even steps of λ is rounded below the final one.
  @Test func standsTheRoundingOfLambda() throws {
    let scheduler = try SchedulerConfiguration(json: [
      "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++",
      "use_lu_lambdas": true, "final_sigmas_type": "sigma_min", "beta_start": 0.0005,
    ]).makeScheduler(steps: 16)
    try #require(scheduler.sigmas[15] < scheduler.sigmas[16])
    let run = FakeModel.run(scheduler, from: FakeModel.latents([1])) { FakeModel.latents([1]) }
    #expect(run.count == 16)
    #expect(run.allSatisfy { $0.sample.values[0].isFinite })
  }
}
