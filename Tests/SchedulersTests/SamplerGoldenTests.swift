import Foundation
import Schedulers
import Tensors
import TestSupport
import Testing

/// Every sampler run of the goldens, diffusers 0.42.1: fed the noise and the noise predictions of
/// the run, it must make the same latents.
@Suite struct SamplerGoldenTests {
  static let cases: [String] = [
    "d-samplers", "a-sigma", "b-alpha", "c-lcm", "c-dmd",
  ].flatMap { group in
    let names = try? FileManager.default.contentsOfDirectory(
      atPath: Golden.root.appending(path: group).path)
    return (names ?? []).sorted().map { "\(group)/\($0)" }
  }.filter { !["a-sigma/binning", "a-sigma/resize"].contains($0) }

  @Test func findsAllCases() {
    #expect(Self.cases.count == 21 + 11 + 4 + 5 + 2)
  }

  @Test(arguments: cases)
  func makesTheGoldenLatents(_ name: String) throws {
    let golden = try Golden(name)
    let run = try GoldenRun(golden)
    var scheduler = run.scheduler
    #expect(scheduler.timesteps.count == run.steps)
    try expectTimesteps(of: scheduler, golden)
    if golden.has("sigmas") { try golden.expect("sigmas", scheduler.sigmas) }
    let scale = try #require(golden.facts["init_noise_sigma"] as? NSNumber).floatValue
    expectClose([scheduler.initialNoiseScale], [scale], absolute: 0, relative: 2e-6, "scale")
    let noise = try golden.floats("noise.0").map { $0 * scheduler.initialNoiseScale }
    try golden.expect("latents_init", noise)

    var draws = run.draws.makeIterator()
    var sample = run.initial
    for index in scheduler.timesteps.indices {
      let epsilon = sample.with(try golden.floats("eps.\(index)"))
      let step = scheduler.step(noisePrediction: epsilon, at: index, sample: sample) {
        draws.next() ?? sample.with(sample.values.map { _ in .nan })
      }
      try golden.expect("latents.\(index)", step.sample.values)
      if golden.has("denoised.\(index)") {
        try golden.expect("denoised.\(index)", step.denoised.values)
      }
      sample = step.sample
    }
    #expect(draws.next() == nil, "diffusers drew more noise")
  }

  /// A copy made in mid-run goes on like the original, and does not disturb it.
  @Test(arguments: cases.filter { $0.hasPrefix("d-samplers") })
  func branches(_ name: String) throws {
    let golden = try Golden(name)
    let run = try GoldenRun(golden)
    func finish(_ scheduler: any Scheduler, _ sample: Latents, from start: Int) throws -> Latents {
      var (scheduler, sample) = (scheduler, sample)
      for index in start..<run.steps {
        let epsilon = sample.with(try golden.floats("eps.\(index)"))
        sample =
          scheduler.step(noisePrediction: epsilon, at: index, sample: sample) {
            run.draws[index]
          }.sample
      }
      return sample
    }
    var scheduler = run.scheduler
    var sample = run.initial
    for index in 0..<3 {
      let epsilon = sample.with(try golden.floats("eps.\(index)"))
      sample =
        scheduler.step(noisePrediction: epsilon, at: index, sample: sample) {
          run.draws[index]
        }.sample
    }
    let whole = try finish(run.scheduler, run.initial, from: 0)
    #expect(try finish(scheduler, sample, from: 3) == whole)
    #expect(try finish(scheduler, sample, from: 3) == whole)
  }

  private func expectTimesteps(of scheduler: any Scheduler, _ golden: Golden) throws {
    if scheduler.timestepsAreIntegral {
      #expect(scheduler.timesteps == (try golden.integers("timesteps").map(Double.init)))
    } else {
      try golden.expect("timesteps", scheduler.timesteps.map { Float($0) })
    }
  }
}

/// A golden's scheduler and all that it is fed.
private struct GoldenRun {
  let scheduler: any Scheduler
  let steps: Int
  let initial: Latents
  /// In order, without the initial noise.
  let draws: [Latents]

  init(_ golden: Golden) throws {
    var json = try #require(golden.facts["scheduler_config"] as? [String: Any])
    json["_class_name"] = golden.facts["scheduler"]
    var configuration = try SchedulerConfiguration(json: json)
    configuration.isOneStep = golden.facts["timesteps"] as? [Int] == [400]
    configuration.eta = (golden.facts["eta"] as? NSNumber)?.doubleValue ?? 0
    steps = try #require(golden.facts["steps"] as? Int)
    scheduler = try configuration.makeScheduler(steps: steps)
    let shape = try golden.shape("latents_init")
    func latents(_ name: String) throws -> Latents {
      Latents(
        count: shape[0], channels: shape[1], height: shape[2], width: shape[3],
        values: try golden.floats(name))
    }
    initial = try latents("latents_init")
    var draws: [Latents] = []
    while golden.has("noise.\(draws.count + 1)") {
      draws.append(try latents("noise.\(draws.count + 1)"))
    }
    self.draws = draws
  }
}
