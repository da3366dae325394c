/// What network a checkpoint holds, told from its names alone.
public enum CheckpointKind: String, Sendable, CaseIterable {
  // A ControlNet comes with its transformer, so it is asked for first.
  case controlNet, transformer, autoencoder, edgeDetector, textEncoder, adapter

  /// For people.
  public var title: String {
    switch self {
    case .transformer: "a PixArt transformer"
    case .controlNet: "a ControlNet-Transformer"
    case .autoencoder: "an autoencoder"
    case .edgeDetector: "a HED edge detector"
    case .textEncoder: "a T5 text encoder"
    case .adapter: "a LoRA adapter"
    }
  }

  /// A name that only this network has, in each of the ways it is saved.
  private var marks: [String] {
    switch self {
    case .transformer: ["t_block.1.weight", "adaln_single.linear.weight"]
    case .controlNet: ["controlnet.0.before_proj.weight"]
    case .autoencoder:
      [
        "decoder.mid.block_1.conv1.weight", "first_stage_model.decoder.mid.block_1.conv1.weight",
        "decoder.mid_block.resnets.0.conv1.weight",
      ]
    case .edgeDetector: ["block1.convs.0.weight"]
    case .textEncoder: ["encoder.block.0.layer.0.SelfAttention.q.weight"]
    case .adapter: []
    }
  }

  /// - Returns: Nothing for a network that has no part in PixArt.
  init?(_ checkpoint: Checkpoint) {
    if let kind = Self.allCases.first(where: { $0.marks.contains(where: checkpoint.contains) }) {
      self = kind
    } else if checkpoint.names.contains(where: {
      $0.contains(".lora_A.") || $0.contains(".lora_down.") || $0.contains(".lora.down.")
    }) {
      self = .adapter
    } else {
      return nil
    }
  }
}
