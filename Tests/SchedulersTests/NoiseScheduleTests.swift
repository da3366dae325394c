import Schedulers
import TestSupport
import Testing

@Suite struct NoiseScheduleTests {
  /// The tables of golden m-ops, torch 2.15.0: bit for bit, but for torch's square root, which
  /// is a unit off in the last place for some.
  @Test func hasTheTablesOfTorch() throws {
    let golden = try Golden("m-ops")
    let schedule = try NoiseSchedule(SchedulerConfiguration())
    #expect(schedule.betas == (try golden.floats("betas")))
    #expect(schedule.alphasCumprod == (try golden.floats("alphas_cumprod")))
    try golden.expect("sigma_table", schedule.sigmas)
  }

  /// `torch.linspace(0.00085 ** 0.5, 0.012 ** 0.5, 1000) ** 2` at 0, 1, 499, 500 and 999.
  @Test func scalesTheRoots() throws {
    var configuration = SchedulerConfiguration()
    configuration.betaSchedule = .scaledLinear
    configuration.betaStart = 0.00085
    configuration.betaEnd = 0.012
    let betas = try NoiseSchedule(configuration).betas
    #expect(
      [0, 1, 499, 500, 999].map { betas[$0] } == [
        0.000849999953, 0.000854698592, 0.00480379257, 0.00481495354, 0.0119999992,
      ])
  }

  @Test func takesTrainedBetas() throws {
    var configuration = SchedulerConfiguration()
    configuration.trainTimesteps = 2
    configuration.trainedBetas = [0.5, 0.75]
    let schedule = try NoiseSchedule(configuration)
    #expect(schedule.alphasCumprod == [0.5, 0.125])
    #expect(schedule.sigmas == [1, Float(7).squareRoot()])
  }

  @Test(arguments: [[], [0.1, 1], [0.1, 0], [0.1, .nan], [Float](repeating: 0.999, count: 100)])
  func refusesBetas(_ betas: [Float]) {
    #expect(throws: SchedulerError.self) { try NoiseSchedule(betas: betas) }
  }

  @Test func refusesTrainedBetasOfAnotherCount() {
    var configuration = SchedulerConfiguration()
    configuration.trainedBetas = [0.1, 0.2]
    #expect(
      throws: SchedulerError.unusableBetas(
        reason: "trained_betas has 2 numbers, num_train_timesteps is 1000")
    ) { try NoiseSchedule(configuration) }
  }
}
