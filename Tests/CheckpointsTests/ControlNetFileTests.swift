import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// ControlNets as their authors save them, and as models.
@Suite struct ControlNetFileTests {
  private let half = Golden.root.appending(path: "j-controlnet/half/model.pth")
  private let msHalf = Golden.root.appending(path: "j-controlnet/ms-half/model.safetensors")

  @Test func takesOnlyTheCopies() throws {
    let net = try ControlNetFile(half)
    #expect(net.copies == 2 && net.width == 28 && net.name == "model.pth")
    // Its empty prompt has as many tokens as α's at most.
    #expect(net.family == .alpha)
    #expect(net.checkpoint.names.allSatisfy { $0.hasPrefix("controlnet.") })
    #expect(
      try net.checkpoint.tensor("controlnet.1.copied_block.attn2.to_v.weight", shape: [28, 28])
        .shape == [28, 28])
    let other = try ControlNetFile(msHalf)
    #expect(other.copies == 3 && other.width == 24 && other.family == .alpha)
    #expect(net.weightsHash != other.weightsHash)
    #expect(
      net.weightsHash
        == (try ControlNetFile(
          Golden.root.appending(path: "j-controlnet/half/model.safetensors"))).weightsHash)
  }

  /// The transformer in it: by its own names, without the copies.
  @Test func holdsItsTransformer() throws {
    let base = try #require(try Checkpoint(file: half).baseModel)
    #expect(base.kind == .transformer && base.contains("blocks.3.attn.qkv.weight"))
    #expect(!base.names.contains { $0.hasPrefix("controlnet.") || $0.hasPrefix("base_model.") })
    #expect(try base.inDiffusersNames().contains("transformer_blocks.3.attn1.to_k.bias"))
    #expect(try Checkpoint(file: half).only("controlnet.").baseModel == nil)
  }

  /// A model of one file, with the configuration beside it, that has its own ControlNet.
  @Test func isAModelToo() throws {
    let folder = try TemporaryFolder()
    let file = try folder.copy(half, to: "net-512.pth")
    try folder.write(
      "net-512.json",
      Data(
        """
        {"num_layers": 4, "num_attention_heads": 2, "attention_head_dim": 14,
         "caption_channels": 24, "sample_size": 12, "out_channels": 8,
         "interpolation_scale": 1, "use_additional_conditions": false}
        """.utf8))
    let model = try ModelFolder(file: file)
    #expect(model.family == .alpha && model.ownControlNet == file)
    let weights = try model.checkpoint(.transformer)
    #expect(weights.contains("transformer_blocks.0.attn1.to_q.weight"))
    #expect(!weights.names.contains { $0.hasPrefix("controlnet.") })
    let net = try ControlNetFile(try #require(model.ownControlNet))
    try net.check(
      fits: try TransformerConfiguration(model.configuration(.transformer)), of: model)
  }

  @Test func refusesFilesOfOtherNetworks() throws {
    let folder = try TemporaryFolder()
    let vae = Golden.model("sigma-tiny")
      .appending(path: "vae/diffusion_pytorch_model.safetensors")
    #expect(
      message { _ = try ControlNetFile(vae) }
        == "\(vae.path) holds an autoencoder, but a ControlNet-Transformer was needed. "
        + "'pixart models inspect' says what is in a file.")
    let bare = folder.url.appending(path: "bare.safetensors")
    try FormulaControlNet.write(to: bare, width: 16, copies: 1) {
      $0["controlnet.0.after_proj.weight"] = nil
    }
    #expect(message { _ = try ControlNetFile(bare) }.contains("controlnet.0.after_proj.weight"))
    let alone = folder.url.appending(path: "alone.safetensors")
    try FormulaControlNet.write(to: alone, width: 16, copies: 1)
    #expect(try ControlNetFile(alone).family == nil)
    #expect(
      message { _ = try ModelFolder(file: alone) }
        == "\(alone.path) holds a ControlNet without a transformer, but a PixArt transformer was "
        + "needed. Give the model with --model, and this file with --control.")
  }

  // MARK: The library

  @Test func findsNetworksBesideTheModels() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(
      at: folder.url.appending(path: "PixArt"), withIntermediateDirectories: true)
    let file = folder.url.appending(path: "PixArt/PixArt-512-ControlNet.safetensors")
    try FormulaControlNet.write(to: file, width: 16, copies: 1)
    try folder.write("broken-controlnet.pth", Data("PK".utf8))
    let library = ModelLibrary(
      environment: ["PIXART_MODELS": folder.url.path], home: URL(filePath: "/nonexistent"),
      executable: URL(filePath: "/nonexistent/pixart"))
    #expect(library.networks.map(\.name) == ["PixArt/PixArt-512-ControlNet.safetensors"])
    #expect(library.networks.map(\.kind) == [.controlNet] && library.edgeDetector == nil)
    let model = try ModelFolder(Golden.model("sigma-tiny"))
    for name in [
      "PixArt/PixArt-512-ControlNet.safetensors", "pixart-512-controlnet.safetensors",
      "PixArt-512-ControlNet", file.path,
    ] {
      #expect(try library.controlNet(name, for: model).place.path == file.path)
    }
  }
}
