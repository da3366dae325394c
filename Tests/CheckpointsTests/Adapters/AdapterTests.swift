import Foundation
import Tensors
import TestSupport
import Testing

@testable import Checkpoints

/// Adapters as peft, diffusers and kohya's scripts save them, and what is refused.
@Suite struct AdapterTests {
  private let folder: TemporaryFolder
  private let configuration: TransformerConfiguration

  init() throws {
    folder = try TemporaryFolder()
    configuration = try TransformerConfiguration(
      ConfigurationFile(Golden.model("sigma-tiny").appending(path: "transformer/config.json")))
  }

  private let peft = Golden.root.appending(path: "k-lora/plain")
  private static let toQ = "transformer_blocks.0.attn1.to_q"

  /// A file with these tensors, all zeros but for single numbers, which are their rank's.
  private func adapter(_ tensors: [String: [Int]], alpha: Float = 1, name: String = "a.safetensors")
    throws -> Adapter
  {
    var writer = SafetensorsWriter()
    for (tensor, shape) in tensors.sorted(by: { $0.key < $1.key }) {
      let count = shape.reduce(1, *)
      writer.add(
        tensor, shape: shape,
        floats: [Float](repeating: tensor.hasSuffix(".alpha") ? alpha : 0, count: count))
    }
    return try Adapter(folder.write(name, writer.encoded()), name: "a")
  }

  private func fit(_ tensors: [String: [Int]]) throws {
    _ = try adapter(tensors).layers(for: configuration, model: "tiny")
  }

  // MARK: What is read

  @Test func readsWhatPeftSaves() throws {
    let adapter = try Adapter(peft)
    #expect(adapter.layers.count == 27)
    #expect(adapter.ranks == 4...4 && adapter.factors == 2...2)
    #expect(adapter.summary == "LoRA of rank 4, 27 layers")
    #expect(adapter.settings?.baseModel == "sigma-tiny")
    let layers = try adapter.layers(for: configuration, model: "tiny")
    #expect(layers.count == 27)
    let patches = try #require(layers["pos_embed.proj"])
    #expect(patches.down.shape == [4, 16] && patches.up.shape == [72, 4])
  }

  @Test func rankStabilisedAdaptersDivideByTheRoot() throws {
    let adapter = try Adapter(Golden.root.appending(path: "k-lora/rslora"))
    #expect(abs(adapter.factors.lowerBound - 6 / Float(3).squareRoot()) < 1e-6)
    #expect(try Adapter(Golden.root.appending(path: "k-lora/dora")).usesMagnitudes)
  }

  /// The same numbers under three programs' names give the same layers, bit by bit.
  @Test func readsTheNamesOfAllPrograms() throws {
    let stored = try Checkpoint(file: peft.appending(path: "adapter_model.safetensors"))
    let expected = try Adapter(peft).layers(for: configuration, model: "tiny")
    var kohya = SafetensorsWriter()
    var diffusers = SafetensorsWriter()
    for name in stored.names {
      let tensor = try stored.tensor(name)
      let layer = name.dropFirst("base_model.model.".count)
      let isDown = layer.hasSuffix(".lora_A.weight")
      let module = String(layer.dropLast(".lora_A.weight".count))
      let flat = module.replacing(".", with: "_")
      kohya.add(
        "lora_unet_\(flat).lora_\(isDown ? "down" : "up").weight",
        shape: tensor.shape.dimensions, floats: tensor.floats)
      if isDown { kohya.add("lora_unet_\(flat).alpha", shape: [], floats: [8]) }
      diffusers.add(
        "transformer.\(module).lora.\(isDown ? "down" : "up").weight",
        shape: tensor.shape.dimensions, floats: tensor.floats)
    }
    let flat = try Adapter(folder.write("kohya.safetensors", kohya.encoded()))
    let dotted = try Adapter(folder.write("diffusers.safetensors", diffusers.encoded()))
    // Without an alpha the factor is 1.
    for (adapter, factor) in [(flat, 2), (dotted, 1)] as [(Adapter, Float)] {
      let layers = try adapter.layers(for: configuration, model: "tiny")
      #expect(layers.keys == expected.keys)
      for (name, layer) in layers {
        #expect(layer.down.floats == expected[name]?.down.floats, "\(name)")
        #expect(layer.up.floats == expected[name]?.up.floats, "\(name)")
        #expect(layer.factor == factor, "\(name)")
      }
    }
    #expect(flat.hash != dotted.hash)
  }

  @Test func leavesTextEncodersOut() throws {
    let adapter = try adapter([
      "unet.\(Self.toQ).lora_A.weight": [2, 72], "unet.\(Self.toQ).lora_B.weight": [72, 2],
      "text_encoder.encoder.block.0.q.lora_A.weight": [2, 48],
      "lora_te_encoder_q.lora_up.weight": [48, 2],
    ])
    #expect(adapter.textEncoderTensors == 2 && adapter.layers == [Self.toQ])
  }

  @Test func isForLCMByName() {
    for name in [
      "PixArt-LCM-LoRA-XL-2-1024-MS", "loras/lcm.safetensors",
      "/hub/models--PixArt-alpha--PixArt-LCM-LoRA/snapshots/r1/adapter_model.safetensors",
    ] { #expect(Adapter.isForLCM(name: name), "\(name)") }
    for name in ["ink", "calcm", "/lcm/models/a/b/ink.safetensors"] {
      #expect(!Adapter.isForLCM(name: name), "\(name)")
    }
  }

  // MARK: What is refused

  @Test func saysWhatIsWrongWithAFile() {
    let (down, up) = ("\(Self.toQ).lora_A.weight", "\(Self.toQ).lora_B.weight")
    let cases: [([String: [Int]], String)] = [
      (
        [down: [2, 72]],
        "a has no lora_B (lora_up) for '\(Self.toQ)', but both halves are needed. Download it again."
      ),
      (
        [up: [72, 2]],
        "a has no lora_A (lora_down) for '\(Self.toQ)', but both halves are needed. "
          + "Download it again."
      ),
      (
        [down: [2, 72], up: [72, 3]],
        "In a the two halves for '\(Self.toQ)' are [2, 72] and [72, 3], which do not meet: the first "
          + "extent of one is the second of the other. Download it again."
      ),
      (
        [down: [0, 72], up: [72, 0]],
        "In a '\(Self.toQ)' has a rank of 0, but 1 to 1024 can be used. Choose an adapter of lower "
          + "rank."
      ),
      (
        [down: [1025, 1], up: [1, 1025]],
        "In a '\(Self.toQ)' has a rank of 1025, but 1 to 1024 can be used. Choose an adapter of "
          + "lower rank."
      ),
      (
        [down: [2, 72], up: [72, 2], "x.weight": [1]],
        "a has a tensor 'x.weight', which is no part of a LoRA adapter. Choose one as peft, diffusers "
          + "or kohya's scripts save it."
      ),
      (
        [down: [2, 72], up: [72, 2], "\(Self.toQ).alpha": [2]],
        "In a the alpha of '\(Self.toQ)' is [2], but one number was needed. Download it again."
      ),
      (
        [down: [2, 72], up: [72, 2], "unet.\(down)": [2, 72]],
        "a has '\(Self.toQ)' twice, under two names. Choose a file with one of them."
      ),
      (
        ["lora_unet_x.lokr_w1": [2, 2]],
        "a is made by LoKr ('lora_unet_x.lokr_w1'), but only LoRA and DoRA can be used. Choose an "
          + "adapter of this kind."
      ),
      (
        ["text_encoder.q.lora_A.weight": [2, 2]],
        "a adapts a text encoder only, but an adapter of a transformer was needed. Choose another one."
      ),
      (
        ["adaln_single.linear.weight": [2, 2]],
        "a holds a PixArt transformer, but a LoRA adapter was needed. 'pixart models inspect' says "
          + "what is in a file."
      ),
    ]
    for (tensors, expected) in cases {
      #expect(message { _ = try adapter(tensors) } == expected)
    }
  }

  @Test func saysWhatDoesNotFitAModel() {
    func pair(_ layer: String, _ down: [Int] = [2, 72], _ up: [Int] = [72, 2]) -> [String: [Int]] {
      ["\(layer).lora_A.weight": down, "\(layer).lora_B.weight": up]
    }
    let good = pair(Self.toQ)
    let far = "transformer_blocks.2.attn1.to_q"
    let cases: [([String: [Int]], String)] = [
      (
        pair("down_blocks.0.attentions.0.to_q"),
        "a is for another kind of model: none of its layers, such as "
          + "'down_blocks.0.attentions.0.to_q', is in tiny. Choose an adapter that was made for "
          + "PixArt."
      ),
      (
        good.merging(pair(far)) { $1 },
        "a has a layer '\(far)', but tiny has none of this name; the nearest there is "
          + "'transformer_blocks.0.attn1.to_q'. Choose an adapter that was made for this model."
      ),
      (
        pair(Self.toQ, [2, 1152], [1152, 2]),
        "In a lora_A (lora_down) of '\(Self.toQ)' is [2, 1152], but this model needs [2, 72]. Choose "
          + "an adapter that was made for a model of this size."
      ),
      (
        pair(Self.toQ, [2, 72], [1152, 2]),
        "In a lora_B (lora_up) of '\(Self.toQ)' is [1152, 2], but this model needs [72, 2]. Choose "
          + "an adapter that was made for a model of this size."
      ),
      (
        pair("pos_embed.proj", [2, 16], [72, 2]),
        "In a lora_A (lora_down) of 'pos_embed.proj' is [2, 16], but this model needs [2, 4, 2, 2]. "
          + "Choose an adapter that was made for a model of this size."
      ),
    ]
    for (tensors, expected) in cases { #expect(message { try fit(tensors) } == expected) }
  }

  @Test func refusesOtherMethodsAndRanksByItsConfiguration() throws {
    let file = "p/adapter_config.json"
    try folder.copy(
      peft.appending(path: "adapter_model.safetensors"), to: "p/adapter_model.safetensors")
    let place = folder.url.appending(path: "p")
    for (text, expected) in [
      (
        #"{"peft_type": "LOHA", "r": 4}"#, "has 'LOHA' for 'peft_type', but only 'LORA' can be used"
      ),
      (#"{"r": 0}"#, "has 0 for 'r', but a whole number from 1 to 1024 was needed"),
      (#"{"r": 4, "lora_alpha": 1e9}"#, "has 1000000000.0 for 'lora_alpha', but a number"),
      (#"{"r": 4, "modules_to_save": ["proj_out"]}"#, "has a list of 1 for 'modules_to_save'"),
      (#"{"r": 4, "bias": "all"}"#, "has 'all' for 'bias', but only 'none' can be used"),
      (#"{"r": 8}"#, "has a rank of 4, but its adapter_config.json says 8"),
    ] {
      try folder.write(file, text)
      let message = message { _ = try Adapter(place) }
      #expect(message.contains(expected), "\(message)")
    }
    try folder.write(file, #"{"r": 8, "rank_pattern": {"to_q": 4}, "alpha_pattern": {"to_q": 2}}"#)
    let layers = try Adapter(place).layers(for: configuration, model: "tiny")
    #expect(layers[Self.toQ]?.factor == 0.5)
    #expect(layers["proj_out"]?.factor == 2)
  }

  // MARK: By name

  @Test func areFoundByName() throws {
    try folder.copy(peft, to: "models/org/ink")
    try folder.copy(peft, to: "models/clay")
    try folder.copy(
      peft.appending(path: "adapter_model.safetensors"), to: "models/loras/glass.safetensors")
    try folder.copy(peft, to: "home/.cache/huggingface/hub/models--PixArt-a--LCM-LoRA/snapshots/r1")
    try folder.copy(Golden.model("sigma-tiny"), to: "models/tiny")
    let library = ModelLibrary(
      environment: ["PIXART_MODELS": folder.url.appending(path: "models").path],
      home: folder.url.appending(path: "home"), executable: folder.url.appending(path: "bin/pixart")
    )
    #expect(library.adapters.map(\.name) == ["glass", "clay", "org/ink", "PixArt-a/LCM-LoRA"])
    #expect(library.entries.map(\.name) == ["tiny"])
    for name in ["glass", "ink", "org/ink", "INK", "lcm-lora"] {
      #expect(try library.adapter(name).layers.count == 27, "\(name)")
    }
    let unknown = message { _ = try library.adapter("glas") }
    #expect(
      unknown.hasPrefix("There is no adapter 'glas'; did you mean 'glass'? Give a file, or put"))
    #expect(
      message { _ = try library.adapter("./no.safetensors") }
        == "There is no adapter './no.safetensors'. Check the path.")
  }
}
