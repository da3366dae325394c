import Foundation
import Gallery
import TestSupport
import Testing

/// Adapters on the command line, in files of pictures and in what is told of them.
@Suite struct AdapterCommandTests {
  private let workplace: Workplace
  private let ink = Golden.root.appending(path: "k-lora/plain")

  init() throws { workplace = try Workplace() }

  private func recipe(_ name: String) throws -> Recipe {
    let png = try Data(contentsOf: URL(filePath: workplace.path(name)))
    return try #require(try Recipe(readingFrom: png))
  }

  private func add(_ name: String) throws {
    let folder = workplace.home.appending(path: ".local/share/pixart/models/loras")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: ink.appending(path: "adapter_model.safetensors"),
      to: folder.appending(path: "\(name).safetensors"))
  }

  /// Another picture, which its recipe makes again; without the adapter that is said.
  @Test func changeAPictureAndStayInItsRecipe() throws {
    try FileManager.default.copyItem(at: ink, to: workplace.folder.appending(path: "ink"))
    try workplace.generate("--seed", "1", "--output", "plain.png").expectSuccess()
    try workplace.generate("--seed", "1", "--lora", "ink:0.5", "--output", "a.png").expectSuccess()
    let lora = try #require(try recipe("a.png").lora)
    #expect(lora.count == 1 && lora[0].file == "ink" && lora[0].scale == 0.5)
    #expect(lora[0].hash?.count == 16)
    #expect(try recipe("plain.png").latentDigest != recipe("a.png").latentDigest)

    let verified = try workplace.run(["verify", "a.png"], environment: Workplace.goldenModels)
    #expect(verified.output == "exact   a.png\n")
    try FileManager.default.removeItem(at: workplace.folder.appending(path: "ink"))
    let missing = try workplace.run(["verify", "a.png"], environment: Workplace.goldenModels)
    #expect(missing.output.contains("There is no adapter 'ink'"))
    try FileManager.default.copyItem(
      at: Golden.root.appending(path: "k-lora/rslora"),
      to: workplace.folder.appending(path: "ink"))
    let other = try workplace.run(["verify", "a.png"], environment: Workplace.goldenModels)
    #expect(other.output.contains("The adapter 'ink' is another one than that of the recipe"))
  }

  @Test func areTakenByNameSeveralAtOnce() throws {
    try add("ink")
    try add("clay")
    try workplace.generate(
      "--seed", "1", "--lora", "ink:0.5", "--lora", "clay:0.5", "--output", "both.png"
    ).expectSuccess()
    try workplace.generate("--seed", "1", "--lora", "INK", "--output", "one.png").expectSuccess()
    #expect(try recipe("both.png").lora?.map(\.file) == ["ink", "clay"])
    let wrong = try workplace.generate("--lora", "inc", "--output", "x.png")
    #expect(wrong.code == 1)
    #expect(wrong.error.contains("There is no adapter 'inc'; did you mean 'ink'?"))
  }

  /// What a request leaves open is what the adapter needs.
  @Test func ofLCMTakeFewStepsByThemselves() throws {
    try add("lcm")
    let run = try workplace.run(
      [
        "generate", "three stars", "--model", Workplace.model, "--size", "48x48", "--seed", "1",
        "--lora", "lcm", "--output", "a.png",
      ])
    run.expectSuccess()
    let recipe = try recipe("a.png")
    #expect(recipe.steps == 4 && recipe.guidance == 0 && recipe.sampler == "lcm")
  }

  @Test func areListedAndInspected() throws {
    try add("ink")
    let list = try workplace.run(["models"], environment: Workplace.goldenModels)
    #expect(list.output.contains("LoRA adapters:\nink  LoRA of rank 4, 27 layers  /"))
    for name in ["ink", ink.path] {
      let inspection = try workplace.run(
        ["models", "inspect", name], environment: Workplace.goldenModels)
      inspection.expectSuccess()
      #expect(inspection.output.contains("a LoRA adapter"))
      #expect(inspection.output.contains("27 layers, 20"))
      #expect(inspection.output.contains("fits        sigma-tiny"))
    }
  }

  @Test func areCheckedOnTheCommandLine() throws {
    for (text, expected) in [
      ("", "Give an adapter's file, such as ink.safetensors or ink.safetensors:0.8."),
      ("ink:200", "An adapter's scale is between -100 and 100, not 200.0."),
    ] {
      let run = try workplace.generate("--lora", text)
      #expect(run.code == 2)
      #expect(run.error.contains(expected))
    }
  }
}
