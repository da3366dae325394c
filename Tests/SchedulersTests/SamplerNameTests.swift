import Schedulers
import Tensors
import TestSupport
import Testing

@Suite struct SamplerNameTests {
  @Test func hasTheNamesOfTheCommandLine() {
    #expect(
      SamplerName.allCases.map(\.rawValue) == [
        "dpm++2m", "dpm++2m-karras", "dpm++sde", "ddim", "euler", "euler-a", "sa-solver", "ddpm",
        "lcm", "lcm-stride", "dmd",
      ])
    for name in SamplerName.allCases {
      #expect(!name.summary.isEmpty && !name.summary.contains("\n"))
    }
  }

  /// A model's settings pass to another class, as `from_config` passes them; the golden ddim has
  /// the published settings with clipping off, which is what the name makes of them.
  @Test(arguments: [
    (SamplerName.ddim, "ddim"), (.euler, "euler"), (.eulerAncestral, "euler-ancestral"),
    (.saSolver, "sa-solver"), (.ddpm, "ddpm"), (.dpmPlusPlusSDE, "dpmpp-sde"),
    (.dpmPlusPlus2MKarras, "dpmpp-2m-karras"),
  ])
  func passesThePublishedSettingsOn(_ name: SamplerName, _ folder: String) throws {
    let golden = try Golden("d-samplers/\(folder)")
    let published: [String: Any] = [
      "_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "dpmsolver++",
      "timestep_spacing": "linspace", "variance_type": "fixed_small",
    ]
    var scheduler = try name.makeScheduler(
      configuration: SchedulerConfiguration(json: published), steps: 8)
    if scheduler.timestepsAreIntegral {
      #expect(scheduler.timesteps == (try golden.integers("timesteps").map(Double.init)))
    } else {
      try golden.expect("timesteps", scheduler.timesteps.map { Float($0) })
    }
    if golden.has("sigmas") { try golden.expect("sigmas", scheduler.sigmas) }
    let initial = FakeModel.latents(try golden.floats("latents_init"))
    let draw = golden.has("noise.1") ? try golden.floats("noise.1") : []
    let step = scheduler.step(
      noisePrediction: initial.with(try golden.floats("eps.0")), at: 0, sample: initial
    ) { initial.with(draw) }
    try golden.expect("latents.0", step.sample.values)
  }

  /// The clean latent far out of ±1 shows that nothing clips it.
  @Test(arguments: [SamplerName.ddim, .ddpm])
  func neverClips(_ name: SamplerName) throws {
    var configuration = SchedulerConfiguration()
    configuration.clipSample = true
    var scheduler = try name.makeScheduler(configuration: configuration, steps: 4)
    let sample = FakeModel.latents([5])
    let step = scheduler.step(
      noisePrediction: FakeModel.latents([0]), at: 0, sample: sample, noise: { sample })
    // timestep 750: 5 / √0.0033001585
    expectClose(step.denoised.values, [87.036738], absolute: 0, relative: 1e-6)
  }

  @Test func knowsTheModelsOwn() {
    var configuration = SchedulerConfiguration()
    #expect(configuration.samplerName == nil)
    let names: [(String, SamplerName?)] = [
      ("DDIMScheduler", .ddim), ("DDPMScheduler", .ddpm), ("EulerDiscreteScheduler", .euler),
      ("EulerAncestralDiscreteScheduler", .eulerAncestral), ("SASolverScheduler", .saSolver),
      ("DPMSolverMultistepScheduler", .dpmPlusPlus2M), ("LCMScheduler", .lcm),
      ("PNDMScheduler", nil),
    ]
    for (className, name) in names {
      configuration.className = className
      #expect(configuration.samplerName == name)
    }
    configuration.className = "DDPMScheduler"
    configuration.isOneStep = true
    #expect(configuration.samplerName == .dmd)
    configuration.className = "DPMSolverMultistepScheduler"
    configuration.useKarrasSigmas = true
    #expect(configuration.samplerName == .dpmPlusPlus2MKarras)
    configuration.algorithmType = .sdeDPMSolverPlusPlus
    #expect(configuration.samplerName == .dpmPlusPlusSDE)
  }
}
