import Foundation
import Gallery
import Generation
import Tensors
import Testing

@testable import Jobs

/// Requests, the recipes of their pictures, and requests again.
@Suite struct ReplayTests {
  /// A recipe asks for exactly what was asked for.
  @Test func asksForTheSame() {
    var job = JobRequest.full
    job.count = 1
    job.size = "2x1"
    job.sampler = "euler"
    job.bin = false
    // Of the machine, not of the picture.
    job.lowMemory = false
    let picture = GeneratedPicture.example(
      seed: job.seed, variationSeed: job.variationSeed)
    var again = Replay(job.recipe(for: picture, version: "1")).job
    #expect(again.model == "small")
    again.model = job.model
    // What it was left to the engine to choose is part of how the picture was made.
    #expect(job.precision == nil && again.precision == "fp32")
    again.precision = nil
    #expect(again == job)
  }

  /// A sampler that was left to the model stays so; a size that was snapped is snapped again.
  @Test func keepsWhatWasLeftOpen() {
    var job = JobRequest(prompt: "a fox")
    job.bin = true
    let recipe = job.recipe(for: .example(seed: 0), version: "1")
    #expect(recipe.sampler == "euler" && recipe.publishedSampler == true)
    let again = Replay(recipe).job
    #expect(again.sampler == nil && again.size == nil && again.bin)
  }

  /// The second picture of a request is asked for alone, branches included.
  @Test func asksForOnePictureOfSeveral() {
    var job = JobRequest(prompt: "a fox")
    job.seed = 7
    job.count = 3
    job.branch = [.init(at: 2, prompt: "b", negative: "", guidance: 1, sampler: nil, seed: 40)]
    let recipe = job.recipe(for: .example(index: 2, seed: 9), version: "1")
    #expect(recipe.branch?.map(\.seed) == [42])
    let again = Replay(recipe).job
    #expect(again.seed == 9 && again.count == 1 && again.branch == recipe.branch)
  }

  /// The second picture of a varied request has its seed and the next variation seed.
  @Test func asksForOneVariationOfSeveral() {
    var job = JobRequest(prompt: "a fox")
    (job.seed, job.count, job.variationStrength, job.variationSeed) = (7, 3, 0.25, .max)
    job.branch = [.init(at: 2, prompt: "b", negative: "", guidance: 1, sampler: nil, seed: 40)]
    let recipe = job.recipe(for: .example(index: 1, seed: 7, variationSeed: 0), version: "1")
    #expect(recipe.variationStrength == 0.25 && recipe.variationSeed == 0)
    let again = Replay(recipe).job
    var alone = job.alone(1)
    #expect(alone.seed == 7 && alone.branch.map(\.seed) == [40] && alone.variationSeed == 0)
    alone.model = again.model
    alone.size = again.size
    alone.sampler = again.sampler
    alone.precision = "fp32"
    #expect(again == alone)
    let plain = JobRequest(prompt: "a fox").recipe(for: .example(seed: 0), version: "1")
    #expect(plain.variationStrength == nil && plain.variationSeed == nil)
  }

  @Test func knowsWhatARecipeLacks() {
    var recipe = JobRequest(prompt: "a fox").recipe(for: .example(seed: 0), version: "1")
    #expect(throws: Never.self) { try Replay.checkIsComplete(recipe) }
    recipe.seed = nil
    #expect(throws: ReplayError.incomplete(field: "seed")) { try Replay.checkIsComplete(recipe) }
  }

  // MARK: Branches

  private func point(_ at: Int, _ prompt: String) -> JobRequest.BranchPoint {
    .init(at: at, prompt: prompt, negative: "", guidance: 4.5, sampler: nil, seed: 0)
  }

  /// What is earlier than the branch stays, what is later goes.
  @Test(arguments: [
    (1, "a", ["1 a"]), (3, "b", ["3 a"]), (4, "b", ["3 a", "4 b"]), (5, "c", ["3 a", "5 b"]),
    (8, "c", ["3 a", "5 b", "8 c"]),
  ]) func branches(at: Int, prompt: String, chain: [String]) {
    var job = JobRequest(prompt: "c")
    job.branch = [point(3, "a"), point(5, "b")]
    let child = job.branched(at: at)
    #expect(child.prompt == prompt)
    #expect(child.branch.map { "\($0.at) \($0.prompt)" } == chain)
  }

  // MARK: Verification

  private func verify(
    _ image: PixelImage, _ again: PixelImage, _ change: (inout Recipe) -> Void = { _ in }
  ) -> Verification {
    var recipe = JobRequest(prompt: "a fox").recipe(for: .example(seed: 0), version: "1")
    change(&recipe)
    return Verification(
      recipe: recipe, image: image, again: again, digest: .example,
      modelHash: "0123456789abcdef")
  }

  private let grey = PixelImage(width: 2, height: 2, bytes: [UInt8](repeating: 100, count: 12))

  private func image(_ first: UInt8) -> PixelImage {
    var image = grey
    image.bytes[0] = first
    return image
  }

  @Test func tellsExactNearAndChanged() throws {
    #expect(verify(grey, grey).verdict == .exact)
    // 10 · log10(255² · 12 / 5²) = 44.9 dB; with 30² it is 29.4 dB.
    let near = verify(grey, image(105))
    #expect(near.verdict == .near && near.pixels?.largest == 5 && near.firstDifferentStep == nil)
    #expect(abs(try #require(near.pixels?.psnr) - 44.943) < 1e-3)
    #expect(verify(grey, image(130)).verdict == .changed)
    let other = PixelImage(width: 1, height: 4, bytes: grey.bytes)
    #expect(verify(grey, other).verdict == .changed && verify(grey, other).pixels == nil)
  }

  @Test func namesTheStep() {
    let steps = LatentDigest.example.steps
    for (found, step) in [
      (["x", steps[1], steps[2]], 1), ([steps[0], "x", "y"], 2), (Array(steps.prefix(2)), 3),
      (steps + ["x"], 4), ([], 1),
    ] {
      let verification = verify(grey, grey) { $0.stepDigests = found }
      #expect(verification.firstDifferentStep == step && verification.verdict == .near)
    }
    #expect(verify(grey, grey) { $0.latentDigest = "x" }.verdict == .near)
    // Recipes of before there were digests.
    let old = verify(grey, grey) { ($0.latentDigest, $0.stepDigests) = (nil, nil) }
    #expect(old.verdict == .exact)
  }

  @Test func tellsOtherWeights() {
    #expect(verify(grey, grey).modelHashes == nil)
    let other = verify(grey, grey) { $0.modelHash = "ffff" }
    #expect(other.modelHashes?.recipe == "ffff" && other.verdict == .exact)
  }
}
