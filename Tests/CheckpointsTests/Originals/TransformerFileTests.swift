import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// A transformer's file as a model: what it is, and where its other parts come from.
@Suite struct TransformerFileTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  /// A safetensors file of zeros with the original names of a network as wide as two heads.
  private func write(
    _ file: String, tokens: Int? = nil, side: Int? = nil, takesSize: Bool = false,
    extra: [String: [Int]] = [:]
  ) throws -> URL {
    var shapes: [String: [Int]] = [
      "x_embedder.proj.weight": [144, 4, 2, 2], "y_embedder.y_proj.fc1.weight": [144, 40],
      "t_block.1.weight": [864, 144], "final_layer.linear.weight": [32, 144],
    ]
    for block in 0..<3 { shapes["blocks.\(block).scale_shift_table"] = [6, 144] }
    if let tokens { shapes["y_embedder.y_embedding"] = [tokens, 40] }
    if let side { shapes["pos_embed"] = [1, side * side, 144] }
    if takesSize { shapes["csize_embedder.mlp.0.weight"] = [48, 256] }
    shapes.merge(extra) { $1 }
    var writer = SafetensorsWriter()
    for (name, shape) in shapes.sorted(by: { $0.key < $1.key }) {
      writer.add(
        name, shape: shape, floats: [Float](repeating: 0, count: shape.reduce(1, *)))
    }
    return try folder.write(file, writer.encoded())
  }

  /// Files as published: family, size and scale of the positions by the reference's table.
  @Test(arguments: [
    ("PixArt-XL-2-256x256.safetensors", 120, 16, false, ModelFamily.alpha, 256, Float(1)),
    ("PixArt-XL-2-512x512.safetensors", 120, 32, false, .alpha, 512, 1),
    ("PixArt-XL-2-1024-MS.safetensors", 120, 64, true, .alpha, 1024, 2),
    ("PixArt-Sigma-XL-2-256x256.safetensors", 300, 16, false, .sigma, 256, 0.5),
    ("PixArt-Sigma-XL-2-512-MS.safetensors", 300, 32, false, .sigma, 512, 1),
    ("PixArt-Sigma-XL-2-2K-MS.safetensors", 300, 128, false, .sigma, 2048, 4),
    ("renamed.safetensors", 300, 64, false, .sigma, 1024, 2),
  ])
  func tellsWhatItIs(
    _ name: String, _ tokens: Int, _ side: Int, _ takesSize: Bool, _ family: ModelFamily,
    _ pixels: Int, _ scale: Float
  ) throws {
    for positions in [side, nil] where positions != nil || !name.hasPrefix("renamed") {
      let file = try write(name, tokens: tokens, side: positions, takesSize: takesSize)
      let model = try ModelFolder(file: file)
      #expect(model.family == family && model.name == name && model.file == file)
      let configuration = try TransformerConfiguration(model.configuration(.transformer))
      #expect(configuration.nativeSize == pixels && configuration.interpolationScale == scale)
      #expect(configuration.useAdditionalConditions == takesSize)
      #expect(configuration.numLayers == 3 && configuration.numAttentionHeads == 2)
      #expect(configuration.attentionHeadDim == 72 && configuration.captionChannels == 40)
      #expect(configuration.inChannels == 4 && configuration.outChannels == 8)
      #expect(model.missing == [.textEncoder, .tokenizer, .autoencoder])
      #expect(try model.configuration(.scheduler).string("_class_name").hasPrefix("DPMSolver"))
      #expect(try model.weightBytes(.transformer) == Data(contentsOf: file).count)
    }
  }

  @Test func takesThePartsBesideIt() throws {
    let file = try write("PixArt-XL-2-512x512.safetensors", tokens: 120)
    try folder.copy(Golden.model("alpha-tiny/text_encoder"), to: "t5-v1_1-xxl")
    try folder.copy(
      Golden.model("alpha-tiny/tokenizer/spiece.model"), to: "t5-v1_1-xxl/spiece.model")
    try folder.copy(Golden.model("alpha-tiny/vae"), to: "sd-vae-ft-ema")
    let model = try ModelFolder(file: file)
    #expect(model.missing.isEmpty)
    #expect(model.parts[.textEncoder] == model.parts[.tokenizer])
    #expect(model.parts[.autoencoder]?.folder.lastPathComponent == "sd-vae-ft-ema")
    #expect(try model.checkpoint(.autoencoder).contains("decoder.conv_in.weight"))
  }

  @Test func takesTheConfigurationBesideIt() throws {
    try folder.copy(Golden.model("alpha-tiny/transformer/config.json"), to: "mine.json")
    let model = try ModelFolder(file: write("mine.safetensors", tokens: 120))
    let configuration = try TransformerConfiguration(model.configuration(.transformer))
    #expect(configuration.attentionHeadDim == 16 && configuration.numAttentionHeads == 3)
  }

  @Test func borrowsFromModelsAtHand() throws {
    let file = try write("PixArt-XL-2-512x512.safetensors", tokens: 120)
    try folder.copy(Golden.model("alpha-tiny"), to: "models/alpha-tiny")
    let library = ModelLibrary(
      environment: ["PIXART_MODELS": folder.url.appending(path: "models").path],
      home: folder.url.appending(path: "home"), executable: folder.url.appending(path: "none"))
    let model = try library.model(file.path)
    #expect(model.borrowings == ["text encoder, tokenizer, autoencoder from alpha-tiny"])
    let sigma = try library.model(file.path, lender: "alpha-tiny", family: .sigma)
    #expect(sigma.family == .sigma && sigma.file == file)
  }

  @Test func isFoundByName() throws {
    for name in ["PixArt-XL-2-512x512.pth", "Org/PixArt-Sigma-XL-2-256x256.pth"] {
      let twin = try write("twin.safetensors", tokens: 120)
      try folder.write("models/\(name)", torchArchive(of: Checkpoint(file: twin)))
    }
    try folder.write("models/broken-pixart.pth", Data("PK\u{3}\u{4}".utf8))
    try folder.write("models/Org/hed.pth", torchArchive(of: hed))
    let library = ModelLibrary(
      environment: ["PIXART_MODELS": folder.url.appending(path: "models").path],
      home: folder.url.appending(path: "home"), executable: folder.url.appending(path: "none"))
    #expect(
      library.entries.map(\.name) == [
        "PixArt-XL-2-512x512.pth", "broken-pixart.pth", "Org/PixArt-Sigma-XL-2-256x256.pth",
      ])
    #expect(
      message { _ = try library.model("pixart-sigma-xl-2-256x256.pth") }.contains(
        "is a transformer only: text encoder, tokenizer, autoencoder are neither beside it nor in "
          + "a model at hand."))
  }

  private var hed: Checkpoint {
    Checkpoint(
      source: "hed",
      tensors: ["block1.convs.0.weight": .init(name: "w", shape: [1], values: [1])])
  }

  /// The same tensors as torch.save would write them.
  private func torchArchive(of checkpoint: Checkpoint) throws -> Data {
    var pickle = Pickle()
    var storages: [String: Data] = [:]
    pickle.op("}")
    for (index, name) in checkpoint.names.enumerated() {
      let tensor = try checkpoint.tensor(name)
      let shape = tensor.shape.dimensions
      let strides = shape.indices.map { shape[($0 + 1)...].reduce(1, *) }
      pickle.text(name)
      pickle.tensor("\(index)", count: tensor.shape.count, shape: shape, strides: strides)
      pickle.op("s")
      storages["\(index)"] = tensor.floats.data
    }
    pickle.op(".")
    return try TorchArchive(pickle: pickle.bytes, storages: storages).encoded()
  }

  @Test func saysWhatIsMissing() throws {
    let path = folder.url.path
    func fault(_ file: URL) -> String { message { _ = try ModelFolder(file: file) } }
    #expect(
      fault(try write("odd.safetensors", tokens: 300))
        == "\(path)/odd.safetensors does not tell its 'sample_size': neither a 'pos_embed' nor its "
        + "name tells the size it was trained at. Put the transformer's config.json of diffusers "
        + "beside it.")
    #expect(
      fault(try write("a-512.safetensors", extra: ["x_embedder.proj.weight": [100, 4, 2, 2]]))
        .hasPrefix("\(path)/a-512.safetensors does not tell its 'num_attention_heads': its width"))
    #expect(
      fault(try write("a-512.safetensors", extra: ["blocks.1.attn.sr.weight": [1]]))
        == "\(path)/a-512.safetensors has layers that this program does not compute, such as "
        + "'transformer_blocks.1.attn1.sr.weight'. Choose a transformer without compressed keys or "
        + "normalised queries.")
    #expect(
      fault(try folder.write("hed.pth", torchArchive(of: hed)))
        == "\(path)/hed.pth holds a HED edge detector, but a PixArt transformer was needed. "
        + "'pixart models inspect' says what is in a file.")
  }
}
