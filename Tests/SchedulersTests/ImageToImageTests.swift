import Schedulers
import Tensors
import TestSupport
import Testing

@Suite struct ImageToImageTests {
  /// `max(steps − min(int(steps · strength), steps), 0)`, diffusers' img2img pipelines.
  @Test(arguments: [
    (20, 1.0, 0), (20, 0.75, 5), (20, 0.3, 14), (20, 0.05, 19), (50, 0.58, 22), (7, 0.5, 4),
    (1, 1.0, 0),
  ])
  func startsInTheMiddle(_ steps: Int, _ strength: Double, _ index: Int) throws {
    let scheduler = try SamplerName.dpmPlusPlus2M.makeScheduler(
      configuration: SchedulerConfiguration(), steps: steps)
    #expect(try scheduler.startIndex(strength: strength) == index)
  }

  @Test func refusesOtherStrengths() throws {
    let scheduler = try SamplerName.ddim.makeScheduler(
      configuration: SchedulerConfiguration(), steps: 4)
    for strength in [0, -0.5, 1.01, .infinity] {
      #expect(throws: SchedulerError.strengthOutOfRange(found: strength)) {
        try scheduler.startIndex(strength: strength)
      }
    }
    #expect(throws: SchedulerError.self) { try scheduler.startIndex(strength: .nan) }
    #expect(throws: SchedulerError.strengthWithoutSteps(strength: 0.2, steps: 4)) {
      try scheduler.startIndex(strength: 0.2)
    }
  }

  /// √ᾱ · clean + √(1 − ᾱ) · noise with ᾱ[500] = 0.0777966529; Euler's latents keep the clean
  /// one and add σ times the noise.
  @Test(arguments: SamplerName.allCases.filter { !$0.isForDistilled })
  func addsTheNoiseOfTheStep(_ name: SamplerName) throws {
    var configuration = SchedulerConfiguration()
    configuration.timestepSpacing = .linspace
    // 999, 749, 500, 250 for the multistep solvers and 999, 500, 0 for the others
    let isMultistep = [.dpmPlusPlus2M, .dpmPlusPlusSDE, .saSolver].contains(name)
    let steps = isMultistep ? 4 : 3
    guard name != .dpmPlusPlus2MKarras else { return }
    let scheduler = try name.makeScheduler(configuration: configuration, steps: steps)
    let index = isMultistep ? 2 : 1
    let got = scheduler.addNoise(
      to: FakeModel.latents([1, 0, -2]), noise: FakeModel.latents([0, 1, 3]), at: index)
    switch name {
    case .euler, .eulerAncestral:
      // timestep 499.5 lies between σ[499] and σ[500]
      #expect(scheduler.timesteps[1] == 499.5)
      let sigma = scheduler.sigmas[1]
      expectClose(got.values, [1, sigma, 3 * sigma - 2], absolute: 0, relative: 1e-6)
    default:
      #expect(scheduler.timesteps[index] == 500)
      expectClose(
        got.values, [0.27892051, 0.96031417, 2.32310149], absolute: 0, relative: 1e-6)
    }
  }
}
