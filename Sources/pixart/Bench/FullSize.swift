import Checkpoints
import Foundation

/// The published configurations that are timed with random weights.
enum FullSize {
  /// PixArt-Σ XL/2, 1024 px.
  ///
  /// - Parameter layers: Blocks, if not all of them.
  static func transformer(layers: Int = 28) throws -> TransformerConfiguration {
    try TransformerConfiguration(
      file(
        """
        {"_class_name": "PixArtTransformer2DModel", "activation_fn": "gelu-approximate",
         "attention_bias": true, "attention_head_dim": 72, "num_attention_heads": 16,
         "num_layers": \(layers), "cross_attention_dim": 1152, "caption_channels": 4096,
         "in_channels": 4, "out_channels": 8, "patch_size": 2, "sample_size": 128,
         "interpolation_scale": 2, "norm_type": "ada_norm_single",
         "norm_elementwise_affine": false, "norm_eps": 1e-6, "num_embeds_ada_norm": 1000,
         "use_additional_conditions": false}
        """))
  }

  /// T5 v1.1 XXL's encoder.
  static func textEncoder() throws -> T5Configuration {
    try T5Configuration(
      file(
        """
        {"architectures": ["T5EncoderModel"], "d_model": 4096, "d_ff": 10240, "d_kv": 64,
         "num_heads": 64, "num_layers": 24, "vocab_size": 32128,
         "feed_forward_proj": "gated-gelu", "relative_attention_num_buckets": 32,
         "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6, "model_type": "t5"}
        """))
  }

  /// The autoencoder of SDXL, which PixArt-Σ uses.
  static func autoencoder() throws -> AutoencoderConfiguration {
    try AutoencoderConfiguration(
      file(
        """
        {"_class_name": "AutoencoderKL", "act_fn": "silu", "in_channels": 3, "out_channels": 3,
         "latent_channels": 4, "block_out_channels": [128, 256, 512, 512],
         "layers_per_block": 2, "norm_num_groups": 32, "sample_size": 512,
         "scaling_factor": 0.13025, "force_upcast": false,
         "down_block_types": ["DownEncoderBlock2D", "DownEncoderBlock2D", "DownEncoderBlock2D",
           "DownEncoderBlock2D"],
         "up_block_types": ["UpDecoderBlock2D", "UpDecoderBlock2D", "UpDecoderBlock2D",
           "UpDecoderBlock2D"]}
        """))
  }

  private static func file(_ json: String) throws -> ConfigurationFile {
    try ConfigurationFile(source: "the published configuration", json: Data(json.utf8))
  }
}
