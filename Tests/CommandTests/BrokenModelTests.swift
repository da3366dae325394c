import Foundation
import TestSupport
import Testing

/// Models that are none, or damaged: one line that names the file and what is wrong with it.
@Suite struct BrokenModelTests {
  private let workplace: Workplace

  init() throws { workplace = try Workplace() }

  private func expectRefusal(
    of model: URL, _ message: String, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let before = workplace.files
    try workplace.generate("--model", model.path).expectFailure(
      message, sourceLocation: sourceLocation)
    #expect(workplace.files == before, sourceLocation: sourceLocation)
  }

  private func damagedWeights(_ part: String, _ damage: (inout TensorFile) throws -> Void) throws
    -> (model: URL, weights: URL)
  {
    let model = try workplace.copyModel()
    let name =
      part == "text_encoder" ? "model.safetensors" : "diffusion_pytorch_model.safetensors"
    let weights = model.appending(path: "\(part)/\(name)")
    var file = try TensorFile(weights)
    try damage(&file)
    try file.write(to: weights)
    return (model, weights)
  }

  @Test func namesTheNearestModel() throws {
    let models = Golden.root.appending(path: "models").path
    let run = try workplace.generate(
      "--model", "sigma-tinny", environment: ["PIXART_MODELS": models])
    run.expectFailure(
      """
      There is no model 'sigma-tinny'; did you mean 'sigma-tiny'? Looked in \(models), \
      \(workplace.home.path)/.local/share/pixart/models, \
      \(workplace.home.path)/.cache/huggingface/hub.
      """)
    #expect(workplace.files.isEmpty)
  }

  @Test func refusesFoldersThatAreNoModel() throws {
    let empty = workplace.folder.appending(path: "empty")
    try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
    try expectRefusal(
      of: empty,
      """
      \(empty.path) is no model: it holds nothing, but model_index.json or a transformer folder was \
      needed. Give the folder that holds these.
      """)
    let absent = workplace.folder.appending(path: "absent")
    try expectRefusal(
      of: absent,
      "\(absent.path) does not exist. Check the path; 'pixart models' lists the models by name.")
    let part = Golden.model("sigma-tiny").appending(path: "vae")
    try expectRefusal(
      of: part,
      """
      \(part.path) is one part of a model ('AutoencoderKL'), but a whole model was needed. Give the \
      folder above it.
      """)
  }

  @Test func refusesTruncatedWeights() throws {
    let model = try workplace.copyModel()
    let weights = model.appending(path: "transformer/diffusion_pytorch_model.safetensors")
    let whole = try Data(contentsOf: weights)
    try whole.prefix(whole.count - 100).write(to: weights)
    let run = try workplace.generate("--model", model.path)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("pixart: \(weights.path) has \(whole.count - 100) bytes, "))
    #expect(run.error.hasSuffix("It was cut short: download it again.\n"), "\(run)")
    #expect(run.error.filter(\.isNewline).count == 1)
  }

  @Test(arguments: [
    ("transformer", "transformer_blocks.1.attn2.to_out.0.bias"),
    ("vae", "decoder.conv_out.weight"),
    ("text_encoder", "encoder.block.2.layer.1.layer_norm.weight"),
  ]) func refusesWeightsWithoutATensor(part: String, name: String) throws {
    let (model, weights) = try damagedWeights(part) { try $0.remove(name) }
    let run = try workplace.generate("--model", model.path)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("pixart: \(weights.path) has no tensor '\(name)'; the "), "\(run)")
    #expect(
      run.error.hasSuffix(". Check that its config.json belongs to these weights.\n"), "\(run)")
    #expect(run.error.filter(\.isNewline).count == 1)
  }

  @Test func namesTheNearestTensor() throws {
    let (model, weights) = try damagedWeights("transformer") {
      $0.entries["scale_shift_tabel"] = $0.entries.removeValue(forKey: "scale_shift_table")
    }
    try expectRefusal(
      of: model,
      """
      \(weights.path) has no tensor 'scale_shift_table'; the nearest name there is \
      'scale_shift_tabel'. Check that its config.json belongs to these weights.
      """)
  }

  @Test func refusesMisshapenTensors() throws {
    let name = "transformer_blocks.1.ff.net.0.proj.weight"
    let (model, weights) = try damagedWeights("transformer") {
      $0.entries[name]?.shape.reverse()
    }
    try expectRefusal(
      of: model,
      """
      '\(name)' in \(weights.path) is [72, 288], but its config.json asks for [288, 72]. Check that \
      config and weights are of the same model.
      """)
  }

  @Test func refusesADamagedTokenizer() throws {
    let model = try workplace.copyModel()
    let file = model.appending(path: "tokenizer/spiece.model")
    try Data(contentsOf: file).prefix(1000).write(to: file)
    let run = try workplace.generate("--model", model.path)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("pixart: \(file.path) is no usable T5 vocabulary: "), "\(run)")
    #expect(run.error.hasSuffix("; download it again\n"), "\(run)")
    #expect(run.error.filter(\.isNewline).count == 1)
  }

  @Test func refusesADamagedConfiguration() throws {
    let model = try workplace.copyModel()
    let file = model.appending(path: "vae/config.json")
    try Data("{\"act_fn\": ".utf8).write(to: file)
    let run = try workplace.generate("--model", model.path)
    #expect(run.code == 1 && run.output.isEmpty)
    #expect(run.error.hasPrefix("pixart: \(file.path) is not valid JSON: "), "\(run)")
    #expect(run.error.filter(\.isNewline).count == 1)
  }

  // MARK: Parts that do not belong together

  /// A copy of the model whose transformer has other shapes and other settings, and zeros inside.
  private func remade(
    _ settings: [String: Int], shape: (_ name: String, _ shape: [Int]) -> [Int]
  ) throws -> URL {
    let model = try workplace.copyModel()
    let weights = model.appending(path: "transformer/diffusion_pytorch_model.safetensors")
    var file = try TensorFile(weights)
    try file.writeHole(to: weights, shape: shape)
    let configuration = model.appending(path: "transformer/config.json")
    var values = try #require(
      JSONSerialization.jsonObject(with: Data(contentsOf: configuration)) as? [String: Any])
    for (key, value) in settings { values[key] = value }
    try JSONSerialization.data(withJSONObject: values).write(to: configuration)
    return model
  }

  @Test func refusesAnAutoencoderWithOtherLatents() throws {
    let model = try remade(["in_channels": 8, "out_channels": 16]) { name, shape in
      switch name {
      case "pos_embed.proj.weight": [shape[0], 8, shape[2], shape[3]]
      case "proj_out.weight": [2 * shape[0], shape[1]]
      case "proj_out.bias": [2 * shape[0]]
      default: shape
      }
    }
    try expectRefusal(
      of: model,
      """
      The autoencoder has latents of 4 channels, but the transformer makes 8. Take both from models \
      of one family.
      """)
  }

  @Test func refusesATextEncoderOfAnotherWidth() throws {
    let model = try remade(["caption_channels": 64]) { name, shape in
      name == "caption_projection.linear_1.weight" ? [shape[0], 64] : shape
    }
    try expectRefusal(
      of: model,
      """
      The text encoder gives 48 channels, but the transformer takes 64. Take both from models of \
      one family.
      """)
  }

  /// Every tokenizer knows a hundred sentinels, but the default model's text encoder has no room for
  /// them.
  @Test func refusesTokensThatTheTextEncoderDoesNotKnow() throws {
    try workplace.run(["generate", "a star <extra_id_0>", "--raw-prompt", "--steps", "1"])
      .expectFailure(
        """
        The prompt holds the token 2147, but the text encoder knows 2048 only. Leave out texts such \
        as '<extra_id_0>', or take both parts from one model.
        """)
    #expect(workplace.files.isEmpty)
  }

  // MARK: Memory

  /// A model of 650 GB that takes no room: its weights are a hole in a file.
  @Test(.enabled(if: Self.memory < 500 << 30, "this machine might even run the model"))
  func refusesWhatDoesNotFitIntoMemory() throws {
    let (tiny, width) = (72, 65_536)
    var numbers = 0
    let model = try remade([
      "num_attention_heads": 64, "attention_head_dim": width / 64, "cross_attention_dim": width,
    ]) { _, shape in
      let shape = shape.map { $0 >= tiny && $0 % tiny == 0 ? $0 / tiny * width : $0 }
      numbers += shape.reduce(1, *)
      return shape
    }
    let run = try workplace.generate(
      "--model", model.path, "--precision", "fp32", "--output", "huge.png")
    #expect(run.code == 1 && run.output.isEmpty)
    let line =
      /pixart: 48x48 pixels with this model need about (\d+)\.\d GB of memory, but \d+\.\d GB are available\. Choose a smaller --size, or close other programs\.\n/
    let match = try #require(run.error.wholeMatch(of: line), "\(run)")
    #expect(try #require(Int(match.1)) >= 4 * numbers / 1_000_000_000)
    let narrow = try workplace.generate(
      "--model", model.path, "--precision", "int8", "--output", "huge.png")
    #expect(narrow.code == 1 && narrow.error.contains("need about"))
    #expect(!workplace.files.contains("huge.png"))
  }

  private static var memory: Int { Int(ProcessInfo.processInfo.physicalMemory) }
}
