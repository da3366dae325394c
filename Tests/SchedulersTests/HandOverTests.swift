import Foundation
import Schedulers
import Tensors
import Testing

/// A sample that goes from one sampler to another.
@Suite struct HandOverTests {
  private let clean = Latents(count: 1, channels: 1, height: 2, width: 2, values: [1, -2, 0.5, 3])
  private let noise = Latents(count: 1, channels: 1, height: 2, width: 2, values: [-1, 1, 2, 0.25])

  static let samplers = SamplerName.allCases.filter { $0 != .dmd }

  private func sampler(_ name: SamplerName) throws -> any Scheduler {
    try name.makeScheduler(configuration: SchedulerConfiguration(), steps: 10)
  }

  /// What is mixed of known clean latents and noise arrives as the same two at the other's level,
  /// in the form of each sampler.
  @Test(arguments: Self.samplers, Self.samplers)
  func keepsCleanLatentsAndNoise(from: SamplerName, to: SamplerName) throws {
    let (one, other) = (try sampler(from), try sampler(to))
    for index in 1...8 {
      let sigma = Double(one.sigmas[index])
      // Latents that are not scaled down have unit signal; the others keep the variance.
      let isScaled = one.initialNoiseScale == 1
      let signal = isScaled ? 1 / (sigma * sigma + 1).squareRoot() : 1
      let sample = clean.with(
        zip(clean.values, noise.values).map { Float(signal * (Double($0) + sigma * Double($1))) })
      let got = one.handOver(sample, at: index, denoised: clean, to: other, at: index)
      let want = other.addNoise(to: clean, noise: noise, at: index)
      let size = want.values.map(abs).max() ?? 0
      for (got, want) in zip(got.values, want.values) { #expect(abs(got - want) < 2e-4 * size) }
    }
  }

  @Test func findsTheNearestLevel() throws {
    let scheduler = try sampler(.euler)
    for (index, sigma) in scheduler.sigmas.prefix(10).enumerated() {
      #expect(scheduler.step(nearestTo: sigma) == index)
    }
    #expect(scheduler.step(nearestTo: 1e9) == 0)
    #expect(scheduler.step(nearestTo: 1e-9) == 9)
    // Between two, the geometric mean decides.
    let mean = (scheduler.sigmas[4] * scheduler.sigmas[5]).squareRoot()
    #expect(scheduler.step(nearestTo: mean * 1.01) == 4)
    #expect(scheduler.step(nearestTo: mean / 1.01) == 5)
  }
}
