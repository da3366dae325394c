import Foundation
import Schedulers
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Pictures whose noise is on the way from one seed's to another's.
///
/// In processes of their own: the tests of kernels change the instruction set of this one.
@Suite struct VariationTests {
  static func request(
    _ sampler: SamplerName? = nil, seed: UInt64 = 11, by strength: Double = 0,
    toward variationSeed: UInt64 = 0
  ) -> GenerationRequest {
    var request = BranchTests.request(sampler, steps: 3)
    request.seed = seed
    request.variationStrength = strength
    request.variationSeed = variationSeed
    return request
  }

  private static func noise(_ request: GenerationRequest, _ engine: TinyEngine) async -> [Float] {
    var request = request
    request.traces = true
    for case .finished(let summary) in await engine.events(of: request) {
      return summary.trace?.floats["noise.0"]?.floats ?? []
    }
    return []
  }

  /// A quarter of the way, by the formula of Shoemake on what the two seeds give alone.
  @Test func beginsBetweenTwoNoises() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      let start = await VariationTests.noise(VariationTests.request(seed: 11), engine)
      let end = await VariationTests.noise(VariationTests.request(seed: 5), engine)
      let varied = await VariationTests.noise(
        VariationTests.request(seed: 11, by: 0.25, toward: 5), engine)
      precondition(start.count == 4 * 6 * 8 && varied.count == start.count)
      func length(_ values: [Float]) -> Double {
        values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
      }
      let product = zip(start, end).reduce(0) { $0 + Double($1.0) * Double($1.1) }
      let angle = acos(product / length(start) / length(end))
      for index in start.indices {
        let expected =
          (sin(0.75 * angle) * Double(start[index]) + sin(0.25 * angle) * Double(end[index]))
          / sin(angle)
        precondition(abs(Double(varied[index]) - expected) < 1e-6)
      }
    }
  }

  /// At 0 nothing changes; at 1 the noise is the other seed's, and what samplers add is still that
  /// of the first.
  @Test func endsInItsEnds() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      for sampler in [nil, SamplerName.eulerAncestral] {
        let plain = await engine.pictures(of: VariationTests.request(sampler))[0]
        let none = await engine.pictures(of: VariationTests.request(sampler, toward: 5))[0]
        precondition(none.image == plain.image && none.digest == plain.digest)
        precondition(none.variationSeed == nil)
        let other = await engine.pictures(of: VariationTests.request(sampler, seed: 5))[0]
        let whole = await engine.pictures(of: VariationTests.request(sampler, by: 1, toward: 5))[0]
        precondition((whole.digest == other.digest) == (sampler == nil))
        precondition(whole.seed == 11 && whole.variationSeed == 5)
        let some = await engine.pictures(of: VariationTests.request(sampler, by: 0.2, toward: 5))
        precondition(some[0].digest != plain.digest && some[0].digest != other.digest)
      }
    }
  }

  /// All have the seed, each the next variation seed; each is the same when asked for alone.
  @Test func severalGoOnInTheVariationSeed() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      var request = BranchTests.branch(VariationTests.request(.eulerAncestral), at: 1) {
        $0.seed = 40
      }
      (request.variationStrength, request.variationSeed, request.count) = (0.3, .max, 3)
      let pictures = await engine.pictures(of: request)
      precondition(pictures.map(\.seed) == [40, 40, 40])
      precondition(pictures.map(\.variationSeed) == [.max, 0, 1])
      precondition(Set(pictures.map(\.digest.latents)).count == 3)
      for picture in pictures {
        let single = request.alone(picture.index)
        precondition(single.branch.map(\.settings.seed) == [11] && single.count == 1)
        let alone = await engine.pictures(of: single)[0]
        precondition(alone.image == picture.image && alone.digest == picture.digest)
        precondition(alone.variationSeed == picture.variationSeed)
      }
    }
  }

  /// From nothing and from kept steps, with another seed for the noise still to come.
  @Test func branchesKeepTheVariation() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      let parent = VariationTests.request(.eulerAncestral, by: 0.4, toward: 5)
      let whole = await engine.pictures(of: parent)[0]
      for seed in [11, 12] as [UInt64] {
        let child = BranchTests.branch(parent, at: 1) { $0.seed = seed }
        let alone = await engine.pictures(of: child)[0]
        let kept = try whole.kept.branched(at: 1, of: parent, to: child)
        let picture = await engine.pictures(of: child, resuming: kept)[0]
        precondition(picture.digest == alone.digest)
        precondition((picture.digest == whole.digest) == (seed == 11))
      }
      // Steps of another variation are none of this one's.
      let stranger = VariationTests.request(.eulerAncestral, by: 0.4, toward: 6)
      let child = BranchTests.branch(stranger, at: 1)
      do {
        _ = try whole.kept.branched(at: 1, of: parent, to: child)
        preconditionFailure("the steps of another variation were taken")
      } catch SuspendedRunError.differs(let field, let kept, let asked) {
        precondition(field == "variation-seed" && kept == "5" && asked == "6")
      }
    }
  }

  /// The noise that is added to a picture to begin with is varied as well.
  @Test func variesStartImages() async {
    await #expect(processExitsWith: .success) {
      let engine = TinyEngine()
      func picture(_ request: GenerationRequest) async -> GeneratedPicture {
        var request = request
        request.initImage = PixelImage(
          width: 48, height: 64, bytes: (0..<48 * 64 * 3).map { UInt8($0 % 251) })
        request.strength = 0.7
        return await engine.pictures(of: request)[0]
      }
      let plain = await picture(VariationTests.request())
      let other = await picture(VariationTests.request(seed: 5))
      let varied = await picture(VariationTests.request(by: 0.5, toward: 5))
      let whole = await picture(VariationTests.request(by: 1, toward: 5))
      precondition(whole.digest == other.digest)
      precondition(varied.digest != plain.digest && varied.digest != other.digest)
    }
  }

  @Test(arguments: [-0.1, 1.5, .nan, .infinity]) func refusesStrengths(strength: Double) async {
    let events = await TinyEngine().events(of: Self.request(by: strength))
    #expect(
      events.last?.message
        == "Variation strength \(strength) was asked for, but it must be between 0 and 1. 0 changes "
        + "nothing, 0.1 a little.")
  }

  @Test func refusesNoiseThatIsNoSeeds() async {
    var request = Self.request(by: 0.1)
    request.initialLatents = Latents(
      count: 1, channels: 4, height: 8, width: 6, values: [Float](repeating: 0, count: 192))
    let events = await TinyEngine().events(of: request)
    #expect(
      events.last?.message
        == "Both initial latents and a variation were given, but a variation is of the seed's noise. "
        + "Leave out --initial-latents or --variation-strength.")
  }
}
