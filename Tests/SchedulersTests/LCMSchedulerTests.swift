import Schedulers
import Tensors
import TestSupport
import Testing

@Suite struct LCMSchedulerTests {
  private func timesteps(_ name: SamplerName, _ steps: Int) throws -> [Double] {
    try name.makeScheduler(configuration: SchedulerConfiguration(), steps: steps).timesteps
  }

  /// Both published lists: diffusers', and that of PixArt's own scheduler.
  @Test func hasBothPublishedTimesteps() throws {
    #expect(try timesteps(.lcm, 1) == [999])
    #expect(try timesteps(.lcm, 2) == [999, 499])
    #expect(try timesteps(.lcm, 3) == [999, 679, 339])
    #expect(try timesteps(.lcm, 4) == [999, 759, 499, 259])
    #expect(try timesteps(.lcm, 8) == [999, 879, 759, 639, 499, 379, 259, 139])
    #expect(try timesteps(.lcmStride, 4) == [999, 759, 519, 279])
    #expect(try timesteps(.lcmStride, 2) == [999, 499])
    #expect(try timesteps(.lcm, 50).last == 19)
    #expect(try timesteps(.lcmStride, 50).last == 19)
  }

  @Test func refusesMoreStepsThanItWasDistilledOn() throws {
    for (name, steps) in [(SamplerName.lcm, 51), (.lcm, 0), (.lcmStride, 51)] {
      #expect(throws: SchedulerError.stepsOutOfRange(found: steps, most: 50)) {
        try name.makeScheduler(configuration: SchedulerConfiguration(), steps: steps)
      }
    }
    #expect(throws: SchedulerError.oneStepOnly(found: 2)) {
      try SamplerName.dmd.makeScheduler(configuration: SchedulerConfiguration(), steps: 2)
    }
    let fault = "\(SchedulerError.oneStepOnly(found: 2))"
    #expect(
      fault
        == "2 steps were asked for, but 'dmd' makes a picture in one. Choose --steps 1, or another "
        + "sampler.")
  }

  /// The boundary condition at its strongest: at t = 19 with the scaling 0.01 instead of 10,
  /// c_skip = 0.25 / (0.19² + 0.25) and c_out = 0.19 / √(0.19² + 0.25).
  @Test func keepsTheSampleNearTheEnd() throws {
    var configuration = SchedulerConfiguration()
    configuration.timestepScaling = 0.01
    let scheduler = try LCMScheduler(configuration, steps: 50)
    var last = scheduler
    let step = last.step(
      noisePrediction: FakeModel.latents([0]), at: 49, sample: FakeModel.latents([2])
    ) { FakeModel.latents([.nan]) }
    // ᾱ[19] = 0.9943141 by the schedule's recipe; the clean latent is 2 / √ᾱ.
    let clean = 2 / Float(try NoiseSchedule(configuration).alphasCumprod[19]).squareRoot()
    expectClose(
      step.sample.values, [0.35521776 * clean + 0.8738203 * 2], absolute: 0, relative: 2e-6)
  }

  /// x0 at t = 400, √ᾱ = 0.43996815 and √(1 − ᾱ) = 0.89801338.
  @Test func dmdGoesToTheCleanLatentAtOnce() throws {
    var scheduler = try SamplerName.dmd.makeScheduler(
      configuration: SchedulerConfiguration(), steps: 1)
    #expect(scheduler.timesteps == [400])
    let step = scheduler.step(
      noisePrediction: FakeModel.latents([0.5]), at: 0, sample: FakeModel.latents([2])
    ) { FakeModel.latents([1]) }
    let clean: Float = (2 - 0.89801338 * 0.5) / 0.43996815
    expectClose(step.denoised.values, [clean], absolute: 0, relative: 2e-6)
    expectClose(step.sample.values, [clean], absolute: 0, relative: 2e-6)
  }
}
