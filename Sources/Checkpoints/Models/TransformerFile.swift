import Foundation
import Tensors

/// What the tensors of a transformer, its file's name and a configuration beside it say together.
struct TransformerFile {
  let family: ModelFamily
  let familyEvidence: String
  let configuration: ConfigurationFile
  /// Under diffusers' names.
  let checkpoint: Checkpoint

  /// Width of a head in all published models; the tensors do not tell it.
  private static let headWidth = 72

  /// - Parameter family: Nothing finds it out.
  /// - Throws: ``ModelError`` if something cannot be told, ``CheckpointError`` if a tensor is missing.
  init(_ original: Checkpoint, file: URL, family known: ModelFamily?) throws {
    checkpoint = try original.inDiffusersNames()
    if let stranger = Self.stranger(in: checkpoint) {
      throw ModelError.unknownLayers(file: file.path, example: stranger)
    }
    let name = file.lastPathComponent.lowercased()
    let takesSize = checkpoint.contains(
      "adaln_single.emb.resolution_embedder.linear_1.weight")
    (family, familyEvidence) =
      known.map { ($0, "as asked for") }
      ?? Self.family(original, takesSize: takesSize, name: name)
    if let beside = try Self.configuration(beside: file) {
      configuration = beside
      return
    }
    let patches = try checkpoint.tensor("pos_embed.proj.weight").shape.dimensions
    let captions = try checkpoint.tensor("caption_projection.linear_1.weight").shape.dimensions
    let output = try checkpoint.tensor("proj_out.weight").shape.dimensions
    guard patches.count == 4, captions.count == 2, patches[0] % Self.headWidth == 0 else {
      throw ModelError.noConfiguration(
        file: file.path, unknown: "num_attention_heads", reason: "its width is \(patches[0])")
    }
    guard let side = Self.side(original, name: name) ?? (takesSize ? 128 : nil) else {
      throw ModelError.noConfiguration(
        file: file.path, unknown: "sample_size",
        reason: "neither a 'pos_embed' nor its name tells the size it was trained at")
    }
    // The 256 px model of Σ squeezes its positions, that of α does not.
    let scale = Double(side) / 64
    configuration = ConfigurationFile(
      source: file.path,
      values: [
        "_class_name": .string("PixArtTransformer2DModel"),
        "num_layers": .integer(Self.layers(checkpoint)),
        "num_attention_heads": .integer(patches[0] / Self.headWidth),
        "attention_head_dim": .integer(Self.headWidth),
        "caption_channels": .integer(captions[1]),
        "in_channels": .integer(patches[1]),
        "out_channels": .integer(output[0] / max(1, patches[2] * patches[3])),
        "patch_size": .integer(patches[2]),
        "sample_size": .integer(side),
        "interpolation_scale": .number(family == .alpha ? max(scale, 1) : scale),
        "use_additional_conditions": .bool(takesSize),
      ])
  }

  /// A tensor of a layer that PixArt's published transformers lack and this program with them.
  private static func stranger(in checkpoint: Checkpoint) -> String? {
    for block in 0..<layers(checkpoint) {
      for layer in ["sr", "norm", "q_norm", "k_norm"] {
        let name = "transformer_blocks.\(block).attn1.\(layer).weight"
        if checkpoint.contains(name) { return name }
      }
    }
    return nil
  }

  /// `NAME.json` or `config.json`, if it is one of a transformer.
  private static func configuration(beside file: URL) throws -> ConfigurationFile? {
    let own = file.deletingPathExtension().appendingPathExtension("json")
    if own.isFile { return try ConfigurationFile(own) }
    let shared = file.deletingLastPathComponent().appending(path: "config.json")
    guard shared.isFile, let read = try? ConfigurationFile(shared),
      read["caption_channels"] != nil
    else { return nil }
    return read
  }

  private static func family(_ original: Checkpoint, takesSize: Bool, name: String)
    -> (ModelFamily, String)
  {
    if takesSize { return (.alpha, "the transformer takes size and aspect ratio") }
    // A missing tensor is an error that takes long to word.
    let empty = "y_embedder.y_embedding"
    if original.contains(empty), let empty = try? original.tensor(empty) {
      let tokens = empty.shape[0]
      return (tokens > 120 ? .sigma : .alpha, "its empty prompt has \(tokens) tokens")
    }
    if name.contains("sigma") { return (.sigma, "the file's name") }
    if name.contains("alpha") || name.contains("pixart-xl-2") {
      return (.alpha, "the file's name")
    }
    return (.sigma, "nothing says otherwise")
  }

  /// Side of the latent: of the square of patches that `pos_embed` is for, else by the name.
  private static func side(_ original: Checkpoint, name: String) -> Int? {
    if original.contains("pos_embed"), let positions = try? original.tensor("pos_embed"),
      positions.shape.rank == 3
    {
      let patches = Int(Double(positions.shape[1]).squareRoot().rounded())
      if patches > 0, patches * patches == positions.shape[1] { return 2 * patches }
    }
    let sizes = [("2048", 256), ("2k", 256), ("1024", 128), ("512", 64), ("256", 32)]
    return sizes.first { name.contains($0.0) }?.1
  }

  private static func layers(_ checkpoint: Checkpoint) -> Int {
    var layers = 0
    while checkpoint.contains("transformer_blocks.\(layers).scale_shift_table") { layers += 1 }
    return layers
  }
}
