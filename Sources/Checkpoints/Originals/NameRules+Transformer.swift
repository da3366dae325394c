extension [NameRule] {
  /// PixArt's transformers, α and Σ, as their authors saved them.
  ///
  /// `tools/convert_pixart_to_diffusers.py` of PixArt-sigma; the last rows are of networks that
  /// diffusers has no names for.
  static let transformer: [NameRule] =
    [
      NameRule("x_embedder.proj", "pos_embed.proj"),
      NameRule("y_embedder.y_proj.fc1", "caption_projection.linear_1"),
      NameRule("y_embedder.y_proj.fc2", "caption_projection.linear_2"),
      // What stands for an empty prompt; diffusers encodes that prompt.
      NameRule("y_embedder.y_embedding", isLayer: false),
      // Positions are computed for each size.
      NameRule("pos_embed", isLayer: false),
      NameRule("t_embedder.mlp.0", "adaln_single.emb.timestep_embedder.linear_1"),
      NameRule("t_embedder.mlp.2", "adaln_single.emb.timestep_embedder.linear_2"),
      NameRule("csize_embedder.mlp.0", "adaln_single.emb.resolution_embedder.linear_1"),
      NameRule("csize_embedder.mlp.2", "adaln_single.emb.resolution_embedder.linear_2"),
      NameRule("ar_embedder.mlp.0", "adaln_single.emb.aspect_ratio_embedder.linear_1"),
      NameRule("ar_embedder.mlp.2", "adaln_single.emb.aspect_ratio_embedder.linear_2"),
      NameRule("t_block.1", "adaln_single.linear"),
      NameRule("final_layer.linear", "proj_out"),
      NameRule("final_layer.scale_shift_table", "scale_shift_table", isLayer: false),
    ] + blocks(from: "blocks.*", to: "transformer_blocks.*")

  /// A ControlNet-Transformer, with the transformer that it controls.
  static let controlNet: [NameRule] =
    transformer.map { $0.below("base_model") }
    + blocks(from: "controlnet.*.copied_block", to: "controlnet.*.copied_block")
    + ["before_proj", "after_proj"].map {
      NameRule("controlnet.*.\($0)", "controlnet.*.\($0)")
    }

  private static func blocks(from old: String, to new: String) -> [NameRule] {
    [
      NameRule("\(old).scale_shift_table", "\(new).scale_shift_table", isLayer: false),
      NameRule(
        "\(old).attn.qkv", "\(new).attn1.to_q", "\(new).attn1.to_k", "\(new).attn1.to_v"),
      NameRule("\(old).attn.proj", "\(new).attn1.to_out.0"),
      NameRule("\(old).cross_attn.q_linear", "\(new).attn2.to_q"),
      NameRule("\(old).cross_attn.kv_linear", "\(new).attn2.to_k", "\(new).attn2.to_v"),
      NameRule("\(old).cross_attn.proj", "\(new).attn2.to_out.0"),
      NameRule("\(old).mlp.fc1", "\(new).ff.net.0.proj"),
      NameRule("\(old).mlp.fc2", "\(new).ff.net.2"),
      NameRule("\(old).attn.q_norm", "\(new).attn1.q_norm"),
      NameRule("\(old).attn.k_norm", "\(new).attn1.k_norm"),
      NameRule("\(old).attn.sr", "\(new).attn1.sr"),
      NameRule("\(old).attn.norm", "\(new).attn1.norm"),
    ]
  }
}

extension NameRule {
  /// The same for names with one more component before them, which diffusers' lack.
  fileprivate func below(_ component: Substring) -> NameRule {
    NameRule(original: [component] + original, diffusers: diffusers, isLayer: isLayer)
  }
}
