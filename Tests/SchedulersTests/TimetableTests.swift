import Schedulers
import TestSupport
import Testing

/// Timesteps and σ as diffusers 0.42.1 sets them for the published configuration.
@Suite struct TimetableTests {
  @Test(arguments: [
    (4, [999.0, 749, 500, 250]),
    (14, [999, 928, 856, 785, 714, 642, 571, 500, 428, 357, 285, 214, 143, 71]),
    (
      20,
      [
        999, 949, 899, 849, 799, 749, 699, 649, 599, 549, 500, 450, 400, 350, 300, 250, 200, 150,
        100, 50,
      ]
    ),
  ])
  func spreadsTheSteps(_ steps: Int, _ timesteps: [Double]) throws {
    let scheduler = try SamplerName.dpmPlusPlus2M.makeScheduler(
      configuration: SchedulerConfiguration(), steps: steps)
    #expect(scheduler.timesteps == timesteps)
  }

  @Test func hasTheNoiseLevels() throws {
    let scheduler = try SamplerName.dpmPlusPlus2M.makeScheduler(
      configuration: SchedulerConfiguration(), steps: 20)
    expectClose(
      scheduler.sigmas,
      [
        157.407272, 96.176094, 60.271416, 38.736404, 25.528484, 17.246983, 11.93952, 8.463007,
        6.13521, 4.541236, 3.442967, 2.635654, 2.041087, 1.591003, 1.240161, 0.958034, 0.723591,
        0.521965, 0.34226, 0.17601, 0,
      ], absolute: 5e-7, relative: 1e-7, "sigmas")
  }

  /// `numpy.arange(1000, 0, -1000 / steps)` has one number more where rounding lets it.
  @Test func trailsWithoutGoingBelowZero() throws {
    var configuration = SchedulerConfiguration()
    configuration.timestepSpacing = .trailing
    let ddim = try SamplerName.ddim.makeScheduler(configuration: configuration, steps: 998)
    #expect(ddim.timesteps.count == 998)
    #expect(ddim.timesteps.min() == 0)
    let tie = try SamplerName.ddim.makeScheduler(configuration: configuration, steps: 48)
    #expect(tie.timesteps[39] == 186)
  }

  /// DDIM of one step with linspace ends where it begins, as in diffusers.
  @Test func spreadsOneStep() throws {
    var configuration = SchedulerConfiguration()
    let expected: [(SamplerName, TimestepSpacing, Double)] = [
      (.ddim, .linspace, 0), (.ddim, .leading, 0), (.ddim, .trailing, 999),
      (.euler, .linspace, 0), (.dpmPlusPlus2M, .linspace, 999), (.dpmPlusPlus2M, .leading, 500),
      (.dpmPlusPlus2M, .trailing, 999), (.saSolver, .linspace, 999),
    ]
    for (name, spacing, timestep) in expected {
      configuration.timestepSpacing = spacing
      let scheduler = try name.makeScheduler(configuration: configuration, steps: 1)
      #expect(scheduler.timesteps == [timestep], "\(name) \(spacing)")
    }
  }

  @Test func refusesStepsThatDoNotFit() {
    var configuration = SchedulerConfiguration()
    for steps in [0, -1, 1001, .max] {
      for name in SamplerName.allCases where !name.isForDistilled {
        #expect(throws: SchedulerError.stepsOutOfRange(found: steps, most: 1000)) {
          try name.makeScheduler(configuration: configuration, steps: steps)
        }
      }
    }
    configuration.timestepSpacing = .leading
    configuration.stepsOffset = 1
    #expect(
      throws: SchedulerError.unusableSpacing(
        spacing: "leading", steps: 1000, trainTimesteps: 1000)
    ) { try SamplerName.ddim.makeScheduler(configuration: configuration, steps: 1000) }
    configuration.stepsOffset = 0
    // Two steps on one noise level would divide by zero in the solvers.
    #expect(
      throws: SchedulerError.unusableSpacing(
        spacing: "leading", steps: 1000, trainTimesteps: 1000)
    ) { try SamplerName.dpmPlusPlus2M.makeScheduler(configuration: configuration, steps: 1000) }
  }
}
