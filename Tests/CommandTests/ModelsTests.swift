import Foundation
import TestSupport
import Testing

/// `pixart models`, and models found by their names.
@Suite struct ModelsTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func link(_ model: String, at path: String) throws {
    let place = workplace.home.appending(path: path)
    try FileManager.default.createDirectory(
      at: place.deletingLastPathComponent(), withIntermediateDirectories: true)
    try FileManager.default.createSymbolicLink(
      at: place, withDestinationURL: Golden.model(model))
  }

  // MARK: Names

  @Test func findsModelsByName() throws {
    try link("sigma-tiny", at: ".local/share/pixart/models/mine")
    try link("alpha-tiny", at: "data/pixart/models/ours")
    try link("sigma-tiny", at: ".cache/huggingface/hub/models--Some--PixArt-X/snapshots/0123")
    let data = ["XDG_DATA_HOME": workplace.home.appending(path: "data").path]
    let folder = ["PIXART_MODELS": Golden.root.appending(path: "models").path]
    for (name, environment) in [
      ("mine", [:]), ("ours", data), ("sigma-tiny", folder), ("Some/PixArt-X", [:]),
      ("pixart-x", [:]),
    ] {
      try workplace.generate("--model", name, environment: environment).expectSuccess()
    }
    let run = try workplace.generate("--model", "mine", environment: data)
    #expect(run.code == 1 && run.error.hasPrefix("pixart: There is no model 'mine'"), "\(run)")
  }

  @Test func findsAModelInTheWorkingFolder() throws {
    _ = try workplace.copyModel()
    for name in ["sigma-tiny", "./sigma-tiny", "sigma-tiny/"] {
      try workplace.generate("--model", name, "--quiet").expectSuccess()
    }
  }

  // MARK: The list

  @Test func listsModelsAndPlaces() throws {
    try link("sigma-tiny", at: "models/one")
    try link("alpha-tiny", at: "models/another")
    let models = workplace.home.appending(path: "models").path
    let broken = workplace.home.appending(path: "models/broken")
    try FileManager.default.createDirectory(at: broken, withIntermediateDirectories: true)
    try Data("{".utf8).write(to: broken.appending(path: "model_index.json"))
    let run = try workplace.run(["models"], environment: ["PIXART_MODELS": models])
    run.expectSuccess()
    let lines = run.output.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    #expect(lines[0] == "another      PixArt-α  \(models)/another")
    #expect(
      lines[1].hasPrefix(
        "broken       unusable: \(broken.path)/model_index.json is not valid JSON: "))
    #expect(lines[2] == "one          PixArt-Σ  \(models)/one")
    #expect(lines[3].hasPrefix("default      PixArt-Σ  /"))
    #expect(lines[4].hasPrefix("default-lcm  PixArt-Σ  /"))
    #expect(
      lines[5...].elementsEqual([
        "", "Looked for in:", "  \(models)",
        "  \(workplace.home.path)/.local/share/pixart/models",
        "  \(workplace.home.path)/.cache/huggingface/hub", "",
      ]))
    #expect(
      try workplace.run(["models", "list"], environment: ["PIXART_MODELS": models]).output
        == run.output)
  }

  // MARK: Inspection

  @Test func inspectsTheDefaultModel() throws {
    let run = try workplace.run(["models", "inspect"])
    run.expectSuccess()
    for line in [
      /default: PixArt-Σ \(model_index\.json\)/, /\s\smade for    128x128 px/,
      /\s\sprompt      up to 300 tokens/,
      /\s\stransformer   PixArtTransformer2DModel, 13\.3 million parameters, bf16, 26\.6 MB/,
      /\s\sall parts: \d+\.\d million parameters, \d+\.\d MB on disk/,
      /\s\smemory at native size: \d+\.\d MB with all parts, \d+\.\d MB one part at a time/,
    ] {
      #expect(
        run.output.split(separator: "\n").contains { $0.wholeMatch(of: line) != nil }, "\(run)")
    }
  }

  /// The counts are those of the files: what numpy adds up over their headers.
  @Test func inspectsAModelByPath() throws {
    let run = try workplace.run(["models", "inspect", Workplace.model])
    run.expectSuccess()
    let weights = Golden.model("sigma-tiny")
      .appending(path: "transformer/diffusion_pytorch_model.safetensors")
    let count = try TensorFile(weights).entries.values.reduce(0) { $0 + $1.shape.reduce(1, *) }
    #expect(
      run.output.contains("  transformer   PixArtTransformer2DModel, \(count) parameters, fp32, "),
      "\(run)")
  }

  @Test func saysEverythingThatIsWrongWithAModel() throws {
    let model = try workplace.copyModel()
    let weights = model.appending(path: "transformer/diffusion_pytorch_model.safetensors")
    var file = try TensorFile(weights)
    try file.remove("proj_out.bias")
    file.entries["proj_out.weight"]?.shape.reverse()
    try file.write(to: weights)
    let tokenizer = model.appending(path: "tokenizer/spiece.model")
    try Data(contentsOf: tokenizer).prefix(1000).write(to: tokenizer)
    let run = try workplace.run(["models", "inspect", model.path])
    #expect(run.code == 1)
    #expect(run.output.hasPrefix("sigma-tiny: PixArt-Σ (model_index.json)\n"), "\(run)")
    let problems = run.error.split(separator: "\n")
    #expect(problems.count == 3 && problems.allSatisfy { $0.hasPrefix("pixart: ") })
    for fact in ["'proj_out.bias'", "'proj_out.weight'", tokenizer.path] {
      #expect(problems.contains { $0.contains(fact) }, "\(run)")
    }
  }

  @Test func refusesToInspectWhatIsNoModel() throws {
    try workplace.run(["models", "inspect", workplace.folder.path]).expectFailure(
      """
      \(workplace.folder.path) is no model: it holds nothing, but model_index.json or a transformer \
      folder was needed. Give the folder that holds these.
      """)
  }
}
