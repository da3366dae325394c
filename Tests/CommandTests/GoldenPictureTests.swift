import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// What diffusers computed, computed by the program from nothing but its arguments.
@Suite struct GoldenPictureTests {
  static let single = [
    "a-sigma/square", "a-sigma/wide-negative", "a-sigma/binned", "a-sigma/long-prompt",
    "a-sigma/not-cleaned", "a-sigma/no-guidance", "a-sigma/empty-prompt", "a-sigma/twenty-steps",
    "b-alpha/square", "b-alpha/wide-negative", "b-alpha/long-prompt", "c-lcm/four-steps",
    "c-lcm/four-steps-guidance-1", "c-lcm/two-steps", "c-lcm/eight-steps", "c-dmd/one-step",
  ]

  @Test(arguments: single) func givesTheGoldenPictureForItsSeed(name: String) throws {
    let golden = try GoldenRun(name)
    let made = try golden.run(["--seed", "\(try golden.integer("seed"))"])
    try golden.expectPicture(made.pictures[0], equals: 0)
    try golden.expectTrace(made.trace)
  }

  /// The sampler's name on the command line and the case that diffusers ran with the same settings.
  @Test(arguments: [
    ("ddim", "ddim"), ("euler", "euler"), ("euler-a", "euler-ancestral"),
    ("dpm++2m-karras", "dpmpp-2m-karras"), ("dpm++sde", "dpmpp-sde"), ("sa-solver", "sa-solver"),
    ("ddpm", "ddpm"),
  ]) func runsSamplersByName(sampler: String, name: String) throws {
    let golden = try GoldenRun("d-samplers/\(name)")
    let made = try golden.run(
      ["--sampler", sampler, "--seed", "\(try golden.integer("seed"))"])
    if golden.hasPicture(0) { try golden.expectPicture(made.pictures[0], equals: 0) }
    try golden.expectTrace(made.trace)
  }

  /// One generator for each picture: two runs.
  @Test func givesTheGoldenPictureForEachSeedOfAList() throws {
    let golden = try GoldenRun("a-sigma/seed-list")
    let seeds = try #require(golden.facts["seed"] as? [Int])
    for (row, seed) in seeds.enumerated() {
      let made = try golden.run(["--seed", "\(seed)"])
      try golden.expectPicture(made.pictures[0], equals: row)
      try golden.expectTrace(made.trace, rows: row..<row + 1)
    }
  }

  /// One generator for the whole batch: its first picture has the seed's noise, the others need it.
  @Test(arguments: [
    "a-sigma/tall-two-images", "b-alpha/two-images", "c-dmd/one-step-two-images",
  ])
  func givesAllGoldenPicturesForTheirNoise(name: String) throws {
    let golden = try GoldenRun(name)
    let first = try golden.run(["--seed", "\(try golden.integer("seed"))"])
    try golden.expectPicture(first.pictures[0], equals: 0)
    try golden.expectTrace(first.trace, rows: 0..<1)
    let all = try golden.run(startingFrom: 0..<2)
    try golden.expectPicture(all.pictures[0], equals: 0)
    try golden.expectPicture(all.pictures[1], equals: 1)
    try golden.expectTrace(all.trace, rows: 0..<2)
  }

  @Test(arguments: [0, 1]) func givesTheGoldenPicturesOfBothPrompts(prompt: Int) throws {
    let golden = try GoldenRun("a-sigma/two-prompts", prompt: prompt)
    let rows = 2 * prompt..<2 * prompt + 2
    let made = try golden.run(startingFrom: rows)
    for (picture, row) in zip(made.pictures, rows) {
      try golden.expectPicture(picture, equals: row)
    }
    try golden.expectTrace(made.trace, rows: rows)
  }

  /// Every picture of the goldens is in one of the tests above, but for that of a sampler that goes on
  /// drawing for a whole batch: its latents are checked where its noise can be given.
  @Test func leavesNoGoldenPictureOut() throws {
    let files = try #require(FileManager.default.subpaths(atPath: Golden.root.path))
    let cases = Set(
      files.filter { $0.hasSuffix("image_0.png") }.map { String($0.dropLast("/image_0.png".count)) }
    ).filter {
      $0.hasPrefix("a-") || $0.hasPrefix("b-") || $0.hasPrefix("c-") || $0.hasPrefix("d-")
    }
    #expect(
      cases
        == Set(Self.single).union([
          "a-sigma/seed-list", "a-sigma/tall-two-images", "a-sigma/two-prompts",
          "b-alpha/two-images", "c-lcm/wide-two-images", "c-dmd/one-step-two-images",
          "d-samplers/ddim",
        ]))
  }
}
