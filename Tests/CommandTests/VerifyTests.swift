import Foundation
import Gallery
import Jobs
import Tensors
import TestSupport
import Testing

/// `pixart verify`: what it says of pictures, sound, tampered with and impossible ones.
@Suite struct VerifyTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func first(_ arguments: String...) throws {
    try workplace.run(
      Workplace.generation(
        arguments + ["--steps", "4", "--sampler", "euler-a", "--seed", "7", "--output", "a.png"])
    ).expectSuccess()
  }

  /// Writes the picture with another recipe, or other pixels, under another name.
  private func tamper(
    _ source: String = "a.png", as name: String, _ recipe: (inout Recipe) -> Void = { _ in },
    image: (inout PixelImage) -> Void = { _ in }
  ) throws {
    let file = URL(filePath: workplace.path(source))
    var (pixels, told) = (
      try ImageFile.decode(file), try #require(try Recipe(readingFrom: Data(contentsOf: file)))
    )
    image(&pixels)
    recipe(&told)
    try workplace.write(name, PNG.encode(pixels, recipe: told))
  }

  private func verify(_ files: String...) throws -> FinishedRun {
    try workplace.run(["verify"] + files, environment: Workplace.goldenModels)
  }

  @Test func saysExact() throws {
    try first()
    try workplace.run(
      [
        "generate", "two moons", "--from", "a.png", "--branch-at", "2", "--sampler", "ddim",
        "--output",
        "b.png",
      ], environment: Workplace.goldenModels
    ).expectSuccess()
    let run = try verify("a.png", "b.png")
    run.expectSuccess()
    #expect(run.output == "exact   a.png\nexact   b.png\n")
    // A recipe of before there were digests.
    try tamper(as: "old.png") {
      ($0.latentDigest, $0.stepDigests, $0.modelHash, $0.publishedSampler) = (nil, nil, nil, nil)
    }
    #expect(try verify("old.png").output == "exact   old.png\n")
  }

  /// All pictures of a varied request, one of them branched, and variations of a batch.
  @Test func saysExactOfVariations() throws {
    try workplace.run(
      Workplace.generation([
        "--steps", "3", "--sampler", "euler-a", "--seed", "7", "--variation-strength", "0.3",
        "--variation-seed", "9", "--count", "2", "--output", "v/",
      ])
    ).expectSuccess()
    let names = try FileManager.default.contentsOfDirectory(atPath: workplace.path("v")).sorted()
    #expect(names.count == 2)
    let recipes = try names.map { try Recipe(of: URL(filePath: workplace.path("v/\($0)"))) }
    #expect(recipes.map(\.seed) == [7, 7])
    #expect(Set(recipes.map(\.variationSeed)) == [9, 10])
    #expect(recipes.map(\.variationStrength) == [0.3, 0.3])
    try workplace.run(
      [
        "generate", "two moons", "--from", "v/\(names[1])", "--branch-at", "1", "--output", "b.png",
      ], environment: Workplace.goldenModels
    ).expectSuccess()
    try workplace.write(
      "a.jsonl",
      Data(
        (#"{"prompt": "a fox", "model": "sigma-tiny", "size": "48x64", "steps": 2, "#
          + #""variation-strength": 0.5, "count": 2}"#).utf8))
    try workplace.run(
      ["generate", "--batch", "a.jsonl", "--output", "w/"], environment: Workplace.goldenModels
    ).expectSuccess()
    let batch = try FileManager.default.contentsOfDirectory(atPath: workplace.path("w")).sorted()
    #expect(batch.count == 2)
    let files = names.map { "v/\($0)" } + ["b.png"] + batch.map { "w/\($0)" }
    let run = try workplace.run(["verify"] + files, environment: Workplace.goldenModels)
    run.expectSuccess()
    #expect(run.output == files.map { "exact   \($0)\n" }.joined())
    try tamper("v/\(names[0])", as: "other.png") { $0.variationSeed = 11 }
    let other = try verify("other.png")
    #expect(other.code == 1 && other.output.hasPrefix("changed other.png"))
    #expect(other.output.contains("from step 1 on"))
  }

  /// One pixel is one level off.
  @Test func saysNear() throws {
    try first()
    try tamper(as: "near.png", image: { $0.bytes[0] ^= 1 })
    let run = try verify("near.png")
    run.expectSuccess()
    // 10 · log10(255² · 48 · 48 · 3)
    #expect(
      run.output
        == "near    near.png: 86.5 dB, at most 1 level apart; the latents of all known steps are "
        + "the same\n")
  }

  @Test func namesTheStepOfATamperedRecipe() throws {
    try first()
    try workplace.run(
      [
        "generate", "two moons", "--from", "a.png", "--branch-at", "2", "--output", "b.png",
      ], environment: Workplace.goldenModels
    ).expectSuccess()
    try tamper(as: "steps.png") { $0.steps = 5 }
    try tamper(as: "guidance.png") { $0.guidance = 5 }
    try tamper(as: "prompt.png") { $0.prompt = "four stars" }
    try tamper(as: "seed.png") { $0.seed = 8 }
    try tamper("b.png", as: "later.png") { $0.guidance = 9 }
    try tamper(as: "digest.png") { $0.stepDigests?[3] = "00000000" }
    let run = try workplace.run(
      [
        "verify", "--json", "steps.png", "guidance.png", "prompt.png", "seed.png", "later.png",
        "digest.png", "a.png",
      ], environment: Workplace.goldenModels)
    #expect(run.error.isEmpty)
    let reports = try run.events()
    #expect(reports.map { $0["first_different_step"] as? Int } == [1, 1, 1, 1, 3, 4, nil])
    #expect(reports.map { $0["file"] as? String }.first == "steps.png")
    #expect(reports.last?["result"] as? String == "exact")
    #expect(reports[3]["result"] as? String == "changed")
    #expect((reports[3]["psnr_db"] as? Double ?? 99) < 40)
    #expect(run.code == 1)
  }

  @Test func saysWhatCannotBeMadeAgain() throws {
    let image = PixelImage(width: 2, height: 2, bytes: [UInt8](repeating: 9, count: 12))
    try workplace.write("plain.png", PNG.encode(image))
    try workplace.write(
      "foreign.png",
      PNG.encode(image, texts: [PNGText(keyword: "parameters", text: "a cat\nSteps: 3, Seed: 1")]))
    try workplace.write("text.png", Data("hello".utf8))
    let picture = workplace.path("start.png")
    try workplace.write("start.png", PNG.encode(image))
    try first("--init-image", picture)
    try FileManager.default.removeItem(atPath: picture)
    try tamper(as: "stranger.png") { ($0.model, $0.initImage) = ("no such model", nil) }
    let files = ["plain.png", "foreign.png", "text.png", "absent.png", "a.png", "stranger.png"]
    let run = try workplace.run(["verify"] + files, environment: Workplace.goldenModels)
    #expect(run.code == 1 && run.error.isEmpty)
    let lines = run.output.split(separator: "\n").map(String.init)
    for (line, (file, reason)) in zip(
      lines,
      zip(
        files,
        [
          "does not say how it was made", "The recipe says nothing of 'model'",
          "but only PNG files hold a recipe",
          "No such file or directory", "Cannot read '\(picture)'", "There is no model",
        ]))
    {
      #expect(line.hasPrefix("failed  \(file): "), "\(line)")
      #expect(line.contains(reason) || reason == "but only PNG files hold a recipe", "\(line)")
    }
    #expect(lines.count == 6)
  }

  /// The weights are others by now: said, and tried all the same.
  @Test func saysThatTheModelIsAnother() throws {
    try first()
    try tamper(as: "other.png") { $0.modelHash = "0000000000000000" }
    let run = try verify("other.png")
    run.expectSuccess()
    let line =
      /exact   other\.png: the model's weights are others now \([0-9a-f]{16}, the recipe has 0{16}\)\n/
    #expect(run.output.wholeMatch(of: line) != nil, "\(run)")
  }

  @Test func stopsWhenInterrupted() throws {
    try first()
    try tamper(as: "long.png") { $0.steps = 900 }
    let arguments = ["verify"] + Array(repeating: "long.png", count: 50)
    let run = try workplace.start(arguments, environment: Workplace.goldenModels)
    usleep(500_000)
    run.send(SIGINT)
    let finished = run.finish()
    #expect(finished.code == 130 || finished.wasKilled, "\(finished)")
  }

  @Test func needsFiles() throws {
    try workplace.run(["verify"]).expectFailure(
      "Missing expected argument '<files> ...'. See 'pixart verify --help' for more information.",
      code: 2)
  }
}
