import Foundation
import Gallery
import Jobs
import TestSupport
import Testing

/// A transformer's `.pth` as a model, and files of weights looked into.
@Suite struct OriginalFileTests {
  private let workplace: Workplace
  private let pickles = Golden.root.appending(path: "l-pickles")

  init() throws { workplace = try Workplace() }

  private func place(_ file: String, at name: String) throws {
    try FileManager.default.copyItem(
      at: pickles.appending(path: file), to: workplace.folder.appending(path: name))
  }

  /// No golden model has a text encoder as narrow as this network's captions.
  @Test func saysWhichPartsAreMissing() throws {
    try place("zip.pth", at: "pixart-256.pth")
    try writeConfiguration()
    let path = workplace.folder.appending(path: "pixart-256.pth").path
    try workplace.generate("--model", "pixart-256.pth").expectFailure(
      "\(path) is a transformer only: text encoder, tokenizer, autoencoder are neither beside it nor "
        + "in a model at hand. Download a whole PixArt-α model whose text encoder has a width of 16, "
        + "or put its folders 'text_encoder', 'tokenizer', 'vae' beside the file.")
  }

  private func writeConfiguration() throws {
    let json = """
      {"_class_name": "PixArtTransformer2DModel", "num_layers": 2, "num_attention_heads": 2,
       "attention_head_dim": 12, "caption_channels": 16, "sample_size": 16, "out_channels": 8,
       "interpolation_scale": 1, "use_additional_conditions": false}
      """
    try Data(json.utf8).write(to: workplace.folder.appending(path: "config.json"))
  }

  @Test func listsWhatIsInAFile() throws {
    try place("nested.pth", at: "model.pth")
    let run = try workplace.run(["models", "inspect", "model.pth"])
    // Its width is no multiple of the published heads', so more has to be said of it.
    #expect(
      run.code == 1 && run.error.contains("does not tell its 'num_attention_heads'"), "\(run)")
    let lines = run.output.split(separator: "\n").map(String.init)
    #expect(lines[0] == "model.pth: a PixArt transformer")
    #expect(lines.contains("  container   torch.save (zip), tensors under 'state_dict'"), "\(run)")
    #expect(lines.contains { $0.hasPrefix("  tensors     47, ") && $0.hasSuffix(", fp32") })
    #expect(
      lines.contains { $0.hasPrefix("    'blocks'") && $0.contains(" 30 tensors, ") }, "\(run)")
  }

  @Test func refusesHostileFilesAndRunsNothing() throws {
    for file in ["legacy-exec", "plain-pickle", "protocol0", "zip-mkdir", "dotted-global"] {
      let path = pickles.appending(path: "hostile/\(file).pth").path
      for arguments in [["models", "inspect", path], ["generate", "a fox", "--model", path]] {
        let run = try workplace.run(arguments)
        #expect(run.code == 1 && run.error.contains("Nothing in it was run."), "\(run)")
      }
    }
    let made = try FileManager.default.contentsOfDirectory(atPath: workplace.folder.path)
    #expect(made.isEmpty)
  }

  // MARK: Few steps

  @Test func givesAFewStepModelItsStepsAndGuidance() throws {
    let model = Golden.model("lcm-tiny").path
    let made = try workplace.run([
      "generate", "three stars", "--model", model, "--size", "48x48", "--seed", "3", "--quiet",
      "--output", "a.png",
    ])
    made.expectSuccess()
    let recipe = try Recipe(of: workplace.folder.appending(path: "a.png"))
    #expect(recipe.steps == 4 && recipe.guidance == 0 && recipe.sampler == "lcm")
    #expect(recipe.publishedSampler == true)
    try workplace.run(
      ["verify", "a.png"], environment: Workplace.goldenModels
    ).expectSuccess()
    let one = try workplace.run(
      [
        "generate", "three stars", "--model", "dmd-tiny", "--size", "48x48", "--seed", "3",
        "--quiet", "--output", "b.png",
      ], environment: Workplace.goldenModels)
    one.expectSuccess()
    let oneRecipe = try Recipe(of: workplace.folder.appending(path: "b.png"))
    #expect(oneRecipe.steps == 1 && oneRecipe.guidance == 1 && oneRecipe.sampler == "dmd")
    let many = try workplace.run(
      ["generate", "three stars", "--model", "dmd-tiny", "--size", "48x48", "--steps", "4"],
      environment: Workplace.goldenModels)
    many.expectFailure(
      "4 steps were asked for, but 'dmd' makes a picture in one. Choose --steps 1, or another "
        + "sampler.")
  }
}
