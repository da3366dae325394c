import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// Pictures made again, and branched, from nothing but a PNG.
@Suite struct BranchCommandTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func recipe(_ file: String) throws -> Recipe {
    try Recipe(readingFrom: Data(contentsOf: URL(filePath: workplace.path(file))))
      .unwrapped()
  }

  private func bytes(_ file: String) throws -> Data {
    try Data(contentsOf: URL(filePath: workplace.path(file)))
  }

  private func make(_ arguments: String...) throws {
    let run = try workplace.run(["generate"] + arguments, environment: Workplace.goldenModels)
    #expect(run.code == 0, "\(run)")
  }

  private func first(_ arguments: String...) throws {
    try workplace.run(
      Workplace.generation(arguments + ["--seed", "7", "--output", "a.png"])
    ).expectSuccess()
  }

  /// The recipe gives the very same file, whatever was asked for.
  @Test(arguments: [
    [], ["--sampler", "euler-a", "--guidance", "1"], ["--size", "200x304", "--bin"],
    ["--raw-prompt", "--tile", "--low-memory", "--negative=-red"],
    [
      "--init-image", Golden.root.appending(path: "a-sigma/square/image_0.png").path, "--strength",
      "0.6", "--steps", "5",
    ],
  ]) func makesAPictureAgain(arguments: [String]) throws {
    try workplace.run(
      Workplace.generation(arguments + ["--seed", "7", "--output", "a.png"])
    ).expectSuccess()
    try make("--from", "a.png", "--output", "b.png")
    #expect(try bytes("a.png") == bytes("b.png"))
  }

  /// One picture of several, from its row of the noise.
  @Test func makesOneOfSeveralAgain() throws {
    let noise = workplace.path("noise.safetensors")
    try TensorFile(
      "latents", shape: [2, 4, 6, 6], floats: (0..<288).map { Float($0 % 11) / 5 - 1 }
    ).write(to: URL(filePath: noise))
    let run = try workplace.generate(
      "--count", "2", "--seed", "7", "--initial-latents", noise, "--output", "pictures/")
    run.expectSuccess()
    for file in run.output.split(separator: "\n").map(String.init) {
      try make("--from", file, "--output", "b.png")
      #expect(try bytes("b.png") == Data(contentsOf: URL(filePath: file)))
    }
  }

  @Test func changesWhatIsAskedFor() throws {
    try first()
    try make("two moons", "--from", "a.png", "--seed", "8", "--output", "b.png")
    try workplace.run([
      "generate", "two moons", "--model", Workplace.model, "--size", "48x48", "--steps", "2",
      "--seed", "8", "--output", "c.png",
    ]).expectSuccess()
    #expect(try recipe("b.png").latentDigest == recipe("c.png").latentDigest)
  }

  /// Unchanged it is the same picture, changed another one with the same first steps.
  ///
  /// Its own PNG makes it again, and so does that of a branch of it.
  @Test func branches() throws {
    try first("--steps", "6", "--sampler", "dpm++sde")
    try make("--from", "a.png", "--branch-at", "4", "--output", "same.png")
    #expect(try recipe("same.png").latentDigest == recipe("a.png").latentDigest)
    #expect(
      try ImageFile.decode(URL(filePath: workplace.path("same.png")))
        == ImageFile.decode(URL(filePath: workplace.path("a.png"))))

    try make(
      "two moons", "--from", "a.png", "--branch-at", "2", "--guidance", "7", "--output", "b.png")
    try make("--from", "b.png", "--output", "b2.png")
    #expect(try bytes("b.png") == bytes("b2.png"))

    try make(
      "--from", "b.png", "--branch-at", "4", "--sampler", "euler-a", "--seed", "9", "--output",
      "c.png")
    try make("--from", "c.png", "--output", "c2.png")
    #expect(try bytes("c.png") == bytes("c2.png"))

    let (a, b, c) = (try recipe("a.png"), try recipe("b.png"), try recipe("c.png"))
    let digests = try [a, b, c].map { try #require($0.stepDigests) }
    #expect(digests[0].prefix(2) == digests[1].prefix(2) && digests[0][2] != digests[1][2])
    #expect(digests[1].prefix(4) == digests[2].prefix(4) && digests[1][4] != digests[2][4])
    #expect(
      c.branch == [
        .init(
          at: 2, prompt: "three stars", negative: "", guidance: 4.5, sampler: "dpm++sde", seed: 7),
        .init(
          at: 4, prompt: "two moons", negative: "", guidance: 7, sampler: "dpm++sde", seed: 7),
      ])
    #expect(c.prompt == "two moons" && c.guidance == 7 && c.sampler == "euler-a" && c.seed == 9)
  }

  // MARK: Refusals

  @Test func refusesStepsThatAreNotThere() throws {
    try first("--steps", "4")
    for step in ["4", "5", "1000"] {
      try workplace.run(
        ["generate", "--from", "a.png", "--branch-at", step], environment: Workplace.goldenModels
      ).expectFailure(
        "A branch at step \(step) was asked for, but here a run can branch after steps 1 to 3. "
          + "Choose one of these.")
    }
    #expect(workplace.files == ["a.png"])
  }

  @Test func refusesPicturesWithoutARecipe() throws {
    let image = PixelImage(width: 2, height: 2, bytes: [UInt8](repeating: 9, count: 12))
    try workplace.write("plain.png", PNG.encode(image))
    try workplace.run(["generate", "--from", "plain.png"]).expectFailure(
      "'\(workplace.path("plain.png"))' does not say how it was made. Give a PNG as pixart saved it."
    )
    try workplace.run(["generate", "--from", "absent.png"]).expectFailure(
      """
      Cannot read '\(workplace.path("absent.png"))': No such file or directory. Give the path of a \
      PNG, JPEG or WebP picture.
      """)
  }
}

extension Recipe? {
  fileprivate func unwrapped() throws -> Recipe { try #require(self) }
}
