import Foundation
import TestSupport
import Tensors
import Testing

@testable import Checkpoints

/// The names of PixArt's own files, by the table of the conversion script.
@Suite struct OriginalNamesTests {
  private func checkpoint(_ shapes: [String: [Int]]) -> Checkpoint {
    var tensors: [String: StoredTensor] = [:]
    for (name, shape) in shapes {
      let shape = Shape(shape)
      tensors[name] = StoredTensor(
        name: name, shape: shape, values: (0..<shape.count).map { Float($0) })
    }
    return Checkpoint(source: "test", tensors: tensors)
  }

  @Test(arguments: [
    ("x_embedder.proj.weight", "pos_embed.proj.weight"),
    ("y_embedder.y_proj.fc1.bias", "caption_projection.linear_1.bias"),
    ("y_embedder.y_proj.fc2.weight", "caption_projection.linear_2.weight"),
    ("t_embedder.mlp.0.weight", "adaln_single.emb.timestep_embedder.linear_1.weight"),
    ("t_embedder.mlp.2.bias", "adaln_single.emb.timestep_embedder.linear_2.bias"),
    ("csize_embedder.mlp.0.weight", "adaln_single.emb.resolution_embedder.linear_1.weight"),
    ("csize_embedder.mlp.2.weight", "adaln_single.emb.resolution_embedder.linear_2.weight"),
    ("ar_embedder.mlp.0.weight", "adaln_single.emb.aspect_ratio_embedder.linear_1.weight"),
    ("ar_embedder.mlp.2.weight", "adaln_single.emb.aspect_ratio_embedder.linear_2.weight"),
    ("blocks.27.scale_shift_table", "transformer_blocks.27.scale_shift_table"),
    ("blocks.0.attn.proj.weight", "transformer_blocks.0.attn1.to_out.0.weight"),
    ("blocks.3.cross_attn.q_linear.bias", "transformer_blocks.3.attn2.to_q.bias"),
    ("blocks.3.cross_attn.proj.bias", "transformer_blocks.3.attn2.to_out.0.bias"),
    ("blocks.3.mlp.fc1.weight", "transformer_blocks.3.ff.net.0.proj.weight"),
    ("blocks.3.mlp.fc2.weight", "transformer_blocks.3.ff.net.2.weight"),
    ("final_layer.linear.weight", "proj_out.weight"),
    ("final_layer.scale_shift_table", "scale_shift_table"),
    // Names that no rule is for stay.
    ("blocks.0.attn.qkv", "blocks.0.attn.qkv"), ("something.else", "something.else"),
  ])
  func renamesTheTransformer(_ original: String, _ diffusers: String) throws {
    let renamed = try checkpoint([original: [2, 2], "t_block.1.weight": [1]]).inDiffusersNames()
    #expect(renamed.names == [diffusers, "adaln_single.linear.weight"].sorted())
    #expect(try renamed.tensor(diffusers).name == diffusers)
    #expect(try renamed.tensor(diffusers).floats == [0, 1, 2, 3])
  }

  @Test func leavesOutWhatDiffusersDoesWithout() throws {
    let renamed = try checkpoint([
      "pos_embed": [1, 4, 2], "y_embedder.y_embedding": [2, 2], "t_block.1.weight": [1],
    ]).inDiffusersNames()
    #expect(renamed.names == ["adaln_single.linear.weight"])
  }

  @Test func sharesFusedRowsOut() throws {
    let renamed = try checkpoint([
      "blocks.5.attn.qkv.weight": [6, 2], "blocks.5.attn.qkv.bias": [6],
      "blocks.5.cross_attn.kv_linear.weight": [4, 2], "t_block.1.weight": [1],
    ]).inDiffusersNames()
    let block = "transformer_blocks.5."
    for (index, layer) in ["to_q", "to_k", "to_v"].enumerated() {
      let start = Float(4 * index)
      let weight = try renamed.tensor(block + "attn1.\(layer).weight", shape: [2, 2])
      #expect(weight.floats == [start, start + 1, start + 2, start + 3])
      let bias = try renamed.tensor(block + "attn1.\(layer).bias", shape: [2])
      #expect(bias.floats == [start / 2, start / 2 + 1])
    }
    #expect(try renamed.tensor(block + "attn2.to_k.weight", shape: [2, 2]).floats == [0, 1, 2, 3])
    #expect(try renamed.tensor(block + "attn2.to_v.weight", shape: [2, 2]).floats == [4, 5, 6, 7])
    #expect(
      message {
        _ = try checkpoint(["blocks.0.attn.qkv.bias": [7], "t_block.1.weight": [1]])
          .inDiffusersNames()
      }.hasPrefix("'blocks.0.attn.qkv.bias' in test is [7], but its config.json asks for [9]."))
  }

  @Test func renamesAControlNet() throws {
    let original = checkpoint([
      "base_model.t_block.1.weight": [1], "base_model.blocks.2.attn.qkv.bias": [3],
      "base_model.pos_embed": [1, 4, 2], "controlnet.0.before_proj.weight": [2, 2],
      "controlnet.12.after_proj.bias": [2], "controlnet.3.copied_block.attn.qkv.bias": [3],
      "controlnet.3.copied_block.scale_shift_table": [6, 2],
    ])
    #expect(original.kind == .controlNet)
    let block = "controlnet.3.copied_block."
    #expect(
      try original.inDiffusersNames().names == [
        "adaln_single.linear.weight", "controlnet.0.before_proj.weight",
        "controlnet.12.after_proj.bias", block + "attn1.to_k.bias", block + "attn1.to_q.bias",
        block + "attn1.to_v.bias", block + "scale_shift_table",
        "transformer_blocks.2.attn1.to_k.bias", "transformer_blocks.2.attn1.to_q.bias",
        "transformer_blocks.2.attn1.to_v.bias",
      ])
  }

  /// Of four levels, of which the decoder's first in diffusers is the last here.
  @Test(arguments: ["", "first_stage_model."]) func renamesTheAutoencoder(_ prefix: String) throws {
    let names = [
      ("encoder.conv_in.weight", "encoder.conv_in.weight"),
      (
        "encoder.down.1.block.0.nin_shortcut.bias",
        "encoder.down_blocks.1.resnets.0.conv_shortcut.bias"
      ),
      ("encoder.down.0.block.1.norm2.weight", "encoder.down_blocks.0.resnets.1.norm2.weight"),
      ("encoder.down.2.downsample.conv.weight", "encoder.down_blocks.2.downsamplers.0.conv.weight"),
      ("encoder.mid.block_2.conv1.weight", "encoder.mid_block.resnets.1.conv1.weight"),
      ("encoder.norm_out.bias", "encoder.conv_norm_out.bias"),
      ("decoder.conv_in.weight", "decoder.conv_in.weight"),
      ("decoder.mid.block_1.conv1.weight", "decoder.mid_block.resnets.0.conv1.weight"),
      ("decoder.mid.attn_1.norm.weight", "decoder.mid_block.attentions.0.group_norm.weight"),
      ("decoder.mid.attn_1.q.weight", "decoder.mid_block.attentions.0.to_q.weight"),
      ("decoder.mid.attn_1.proj_out.weight", "decoder.mid_block.attentions.0.to_out.0.weight"),
      ("decoder.up.3.block.2.conv2.weight", "decoder.up_blocks.0.resnets.2.conv2.weight"),
      ("decoder.up.0.block.0.conv1.weight", "decoder.up_blocks.3.resnets.0.conv1.weight"),
      ("decoder.up.1.upsample.conv.bias", "decoder.up_blocks.2.upsamplers.0.conv.bias"),
      ("quant_conv.weight", "quant_conv.weight"), ("post_quant_conv.bias", "post_quant_conv.bias"),
    ]
    var shapes = Dictionary(uniqueKeysWithValues: names.map { (prefix + $0.0, [4, 1, 1, 1]) })
    if !prefix.isEmpty { shapes["model.diffusion_model.out.0.weight"] = [1] }
    let original = checkpoint(shapes)
    #expect(original.kind == .autoencoder)
    let renamed = try original.inDiffusersNames()
    #expect(renamed.names == names.map(\.1).sorted())
    // Attention is 1×1 convolutions there.
    let query = try renamed.tensor("decoder.mid_block.attentions.0.to_q.weight")
    #expect(query.shape == [4, 1])
  }

  @Test func leavesDiffusersNamesAlone() throws {
    let own = try Checkpoint(folder: Golden.model("alpha-tiny/transformer"))
    #expect(own.kind == .transformer)
    #expect(try own.inDiffusersNames().names == own.names)
    let autoencoder = try Checkpoint(folder: Golden.model("alpha-tiny/vae"))
    #expect(autoencoder.kind == .autoencoder)
    #expect(try autoencoder.inDiffusersNames().names == autoencoder.names)
    #expect(try Checkpoint(folder: Golden.model("alpha-tiny/text_encoder")).kind == .textEncoder)
    #expect(checkpoint(["norm": [1], "block1.convs.0.weight": [1]]).kind == .edgeDetector)
    #expect(checkpoint(["a": [1]]).kind == nil)
  }
}
