extension [NameRule] {
  /// The autoencoder as latent diffusion's authors saved it; diffusers' AutoencoderKL.
  ///
  /// The decoder's levels count from the largest picture there, from the latents in diffusers.
  static let autoencoder: [NameRule] =
    ends("encoder") + ends("decoder")
    + levels(from: "encoder.down.*", to: "encoder.down_blocks.*")
    + levels(from: "decoder.up.~", to: "decoder.up_blocks.~")
    + [
      NameRule("encoder.down.*.downsample.conv", "encoder.down_blocks.*.downsamplers.0.conv"),
      NameRule("decoder.up.~.upsample.conv", "decoder.up_blocks.~.upsamplers.0.conv"),
      NameRule("quant_conv", "quant_conv"),
      NameRule("post_quant_conv", "post_quant_conv"),
    ]

  private static func ends(_ half: String) -> [NameRule] {
    [
      NameRule("\(half).conv_in", "\(half).conv_in"),
      NameRule("\(half).norm_out", "\(half).conv_norm_out"),
      NameRule("\(half).conv_out", "\(half).conv_out"),
    ]
      + resnet(from: "\(half).mid.block_1", to: "\(half).mid_block.resnets.0")
      + resnet(from: "\(half).mid.block_2", to: "\(half).mid_block.resnets.1")
      + [
        ("norm", "group_norm"), ("q", "to_q"), ("k", "to_k"), ("v", "to_v"),
        ("proj_out", "to_out.0"),
      ].map {
        NameRule("\(half).mid.attn_1.\($0)", "\(half).mid_block.attentions.0.\($1)")
      }
  }

  private static func levels(from old: String, to new: String) -> [NameRule] {
    resnet(from: "\(old).block.*", to: "\(new).resnets.*")
  }

  private static func resnet(from old: String, to new: String) -> [NameRule] {
    ["norm1", "conv1", "norm2", "conv2"].map { NameRule("\(old).\($0)", "\(new).\($0)") }
      + [NameRule("\(old).nin_shortcut", "\(new).conv_shortcut")]
  }
}
