import Foundation
import Gallery
import Tensors
import TestSupport
import Testing

/// What a picture says about how it was made, and that it can be made again.
@Suite struct RecipeTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func recipe(_ file: String) throws -> Recipe {
    try #require(try Recipe(readingFrom: Data(contentsOf: URL(filePath: workplace.path(file)))))
  }

  @Test func holdsAllSettings() throws {
    let run = try workplace.run([
      "generate", "Three STARS, above <b>a city</b>", "--negative", "blurry: very, \"bad\"",
      "--model", Workplace.model, "--size", "64x48", "--steps", "3", "--guidance", "3.5",
      "--sampler", "euler-a", "--seed", "4294967297", "--tile", "--output", "a.png",
    ])
    run.expectSuccess()
    var want = Recipe(
      prompt: "Three STARS, above <b>a city</b>", negative: "blurry: very, \"bad\"")
    want.version = try workplace.run(["--version"]).output.trimmingCharacters(in: .newlines)
    want.model = "sigma-tiny"
    want.cleanedPrompt = "three stars, above a city"
    want.size = .init(width: 64, height: 48)
    want.steps = 3
    want.guidance = 3.5
    want.sampler = "euler-a"
    want.seed = 4_294_967_297
    want.tile = true
    want.precision = "fp32"
    var got = try recipe("a.png")
    #expect(got.modelHash?.wholeMatch(of: /[0-9a-f]{16}/) != nil)
    #expect(got.latentDigest?.wholeMatch(of: /[0-9a-f]{64}/) != nil)
    #expect(got.stepDigests?.count == 3)
    #expect(got.stepDigests?.last == got.latentDigest.map { String($0.prefix(8)) })
    (got.modelHash, got.latentDigest, got.stepDigests) = (nil, nil, nil)
    #expect(got == want)
  }

  @Test func tellsOtherProgramsToo() throws {
    try workplace.generate(
      "--negative", "blurry", "--seed", "7", "--steps", "4", "--output", "a.png"
    ).expectSuccess()
    let version = try workplace.run(["--version"]).output.trimmingCharacters(in: .newlines)
    let hash = try #require(try recipe("a.png").modelHash)
    let texts = try PNG.texts(in: Data(contentsOf: URL(filePath: workplace.path("a.png"))))
    #expect(
      texts.first { $0.keyword == "parameters" }?.text == """
        three stars
        Negative prompt: blurry
        Steps: 4, Sampler: DPM++ 2M, CFG scale: 4.5, Seed: 7, Size: 48x48, \
        Model hash: \(hash), Model: sigma-tiny, \
        Version: pixart \(version)
        """)
  }

  /// A size of its own, snapped to a bin and fitted again.
  @Test func holdsWhatWasSnapped() throws {
    try workplace.generate(
      "--size", "200x304", "--bin", "--raw-prompt", "--steps", "1", "--output", "a.png"
    ).expectSuccess()
    let recipe = try recipe("a.png")
    #expect(recipe.size == .init(width: 200, height: 304))
    #expect(recipe.requestedSize == .init(width: 200, height: 304))
    #expect(recipe.bin == true && recipe.rawPrompt == true && recipe.cleanedPrompt == nil)
  }

  @Test func holdsWhatAPictureBeganWith() throws {
    let picture = Golden.root.appending(path: "a-sigma/seed-list/image_0.png").path
    try workplace.generate("--init-image", picture, "--strength", "0.5", "--output", "a.png")
      .expectSuccess()
    #expect(try recipe("a.png").initImage == picture && recipe("a.png").strength == 0.5)

    let noise = workplace.path("noise.safetensors")
    try TensorFile("latents", shape: [1, 4, 6, 6], floats: (0..<144).map { Float($0 % 5) - 2 })
      .write(to: URL(filePath: noise))
    try workplace.generate("--initial-latents", noise, "--output", "b.png").expectSuccess()
    #expect(try recipe("b.png").initialLatents == noise)
  }

  /// Seeds count up, and each picture is the one that its seed gives alone.
  @Test(arguments: ["dpm++2m", "euler-a"])
  func makesPicturesOfARequestLikeSingleOnes(sampler: String) throws {
    let run = try workplace.generate(
      "--count", "3", "--seed", "5", "--sampler", sampler, "--output", "pictures")
    run.expectSuccess()
    let files = run.output.split(separator: "\n").map { URL(filePath: String($0)) }
    try #require(files.count == 3)
    for (index, file) in files.enumerated() {
      let recipe = try #require(try Recipe(readingFrom: Data(contentsOf: file)))
      #expect(recipe.seed == UInt64(5 + index) && recipe.count == 3 && recipe.index == index)
      try workplace.generate(
        "--seed", "\(5 + index)", "--sampler", sampler, "--output", "one.png"
      ).expectSuccess()
      #expect(
        try ImageFile.decode(file)
          == ImageFile.decode(URL(filePath: workplace.path("one.png"))))
    }
  }

  /// A seed that nobody chose is told, and gives the same picture again.
  @Test func tellsARandomSeed() throws {
    try workplace.generate("--output", "a.png").expectSuccess()
    try workplace.generate("--output", "other.png").expectSuccess()
    let seed = try #require(try recipe("a.png").seed)
    #expect(try recipe("other.png").seed != seed)
    try workplace.generate("--seed", "\(seed)", "--output", "b.png").expectSuccess()
    let bytes = try ["a.png", "b.png"].map {
      try Data(contentsOf: URL(filePath: workplace.path($0)))
    }
    #expect(bytes[0] == bytes[1])
  }
}
