#!/usr/bin/env python3
"""Writes a model of PixArt-Sigma's full size with random weights, to measure with.

    python Scripts/random-model.py DIR [--text-layers 24]

The transformer is Sigma XL/2 for 512 px in bf16 (1.2 GB), the autoencoder SDXL's in fp32 (0.3 GB). Of T5 XXL's
24 layers there is one, in bf16 (0.7 GB), unless more are asked for (all: 9.5 GB). The tokenizer is
that of the model that comes with the program. Pictures are noise. Needs numpy.
"""
import argparse
import json
import math
import pathlib
import shutil

import numpy

WIDTH, HEADS, LAYERS, CAPTION = 1152, 16, 28, 4096
TRANSFORMER = {
    "_class_name": "PixArtTransformer2DModel", "activation_fn": "gelu-approximate", "attention_bias": True,
    "attention_head_dim": WIDTH // HEADS, "num_attention_heads": HEADS, "num_layers": LAYERS,
    "cross_attention_dim": WIDTH, "caption_channels": CAPTION, "in_channels": 4, "out_channels": 8, "patch_size": 2,
    "sample_size": 64, "interpolation_scale": 1, "norm_type": "ada_norm_single", "norm_elementwise_affine": False,
    "norm_eps": 1e-6, "num_embeds_ada_norm": 1000, "use_additional_conditions": False,
}
TEXT_ENCODER = {
    "architectures": ["T5EncoderModel"], "d_model": CAPTION, "d_ff": 10240, "d_kv": 64, "num_heads": 64,
    "num_layers": 1, "vocab_size": 32128, "feed_forward_proj": "gated-gelu", "relative_attention_num_buckets": 32,
    "relative_attention_max_distance": 128, "layer_norm_epsilon": 1e-6, "model_type": "t5",
}
CHANNELS = [128, 256, 512, 512]
AUTOENCODER = {
    "_class_name": "AutoencoderKL", "act_fn": "silu", "in_channels": 3, "out_channels": 3, "latent_channels": 4,
    "block_out_channels": CHANNELS, "layers_per_block": 2, "norm_num_groups": 32, "sample_size": 512,
    "scaling_factor": 0.13025, "force_upcast": False, "down_block_types": ["DownEncoderBlock2D"] * 4,
    "up_block_types": ["UpDecoderBlock2D"] * 4,
}


class Tensors:
    """Names and shapes in the order they are written; the standard deviation of each, 0 or 1 for all of it."""

    def __init__(self):
        self.all = []

    def add(self, name, *shape, spread=None, value=0):
        self.all.append((name, shape, spread, value))

    def linear(self, name, inputs, outputs, bias=True):
        self.add(name + ".weight", outputs, inputs, spread=1 / math.sqrt(inputs))
        if bias:
            self.add(name + ".bias", outputs)

    def convolution(self, name, inputs, outputs, kernel=3):
        self.add(name + ".weight", outputs, inputs, kernel, kernel, spread=1 / math.sqrt(inputs * kernel * kernel))
        self.add(name + ".bias", outputs)

    def norm(self, name, channels):
        self.add(name + ".weight", channels, value=1)
        self.add(name + ".bias", channels)


def transformer():
    tensors = Tensors()
    tensors.convolution("pos_embed.proj", 4, WIDTH, kernel=2)
    for name, inputs in [("adaln_single.emb.timestep_embedder", 256), ("caption_projection", CAPTION)]:
        tensors.linear(name + ".linear_1", inputs, WIDTH)
        tensors.linear(name + ".linear_2", WIDTH, WIDTH)
    tensors.linear("adaln_single.linear", WIDTH, 6 * WIDTH)
    for block in range(LAYERS):
        prefix = f"transformer_blocks.{block}"
        tensors.add(f"{prefix}.scale_shift_table", 6, WIDTH, spread=1 / math.sqrt(WIDTH))
        for attention in ["attn1", "attn2"]:
            for layer in ["to_q", "to_k", "to_v", "to_out.0"]:
                tensors.linear(f"{prefix}.{attention}.{layer}", WIDTH, WIDTH)
        tensors.linear(f"{prefix}.ff.net.0.proj", WIDTH, 4 * WIDTH)
        tensors.linear(f"{prefix}.ff.net.2", 4 * WIDTH, WIDTH)
    tensors.add("scale_shift_table", 2, WIDTH, spread=1 / math.sqrt(WIDTH))
    tensors.linear("proj_out", WIDTH, 2 * 2 * 8)
    return tensors


def text_encoder():
    tensors = Tensors()
    inner, hidden = 64 * 64, TEXT_ENCODER["d_ff"]
    tensors.add("shared.weight", TEXT_ENCODER["vocab_size"], CAPTION, spread=1)
    for block in range(TEXT_ENCODER["num_layers"]):
        attention, feed_forward = (f"encoder.block.{block}.layer.{index}" for index in (0, 1))
        # T5 does not scale scores: its query weights are small instead.
        tensors.add(f"{attention}.SelfAttention.q.weight", inner, CAPTION, spread=1 / math.sqrt(64 * CAPTION))
        for layer in "kv":
            tensors.linear(f"{attention}.SelfAttention.{layer}", CAPTION, inner, bias=False)
        tensors.linear(f"{attention}.SelfAttention.o", inner, CAPTION, bias=False)
        if block == 0:
            tensors.add(f"{attention}.SelfAttention.relative_attention_bias.weight", 32, 64, spread=0.1)
        tensors.add(f"{attention}.layer_norm.weight", CAPTION, value=1)
        for layer in ["wi_0", "wi_1"]:
            tensors.linear(f"{feed_forward}.DenseReluDense.{layer}", CAPTION, hidden, bias=False)
        tensors.linear(f"{feed_forward}.DenseReluDense.wo", hidden, CAPTION, bias=False)
        tensors.add(f"{feed_forward}.layer_norm.weight", CAPTION, value=1)
    tensors.add("encoder.final_layer_norm.weight", CAPTION, value=1)
    return tensors


def resnet(tensors, name, inputs, outputs):
    tensors.norm(f"{name}.norm1", inputs)
    tensors.convolution(f"{name}.conv1", inputs, outputs)
    tensors.norm(f"{name}.norm2", outputs)
    tensors.convolution(f"{name}.conv2", outputs, outputs)
    if inputs != outputs:
        tensors.convolution(f"{name}.conv_shortcut", inputs, outputs, kernel=1)


def stages(tensors, prefix, inputs, channels, resnets, sampler):
    for stage, outputs in enumerate(channels):
        for index in range(resnets):
            resnet(tensors, f"{prefix}.{stage}.resnets.{index}", inputs, outputs)
            inputs = outputs
        if stage < len(channels) - 1:
            tensors.convolution(f"{prefix}.{stage}.{sampler}.0.conv", outputs, outputs)


def middle(tensors, name, channels):
    resnet(tensors, f"{name}.resnets.0", channels, channels)
    tensors.norm(f"{name}.attentions.0.group_norm", channels)
    for layer in ["to_q", "to_k", "to_v", "to_out.0"]:
        tensors.linear(f"{name}.attentions.0.{layer}", channels, channels)
    resnet(tensors, f"{name}.resnets.1", channels, channels)


def autoencoder():
    tensors = Tensors()
    first, last = CHANNELS[0], CHANNELS[-1]
    tensors.convolution("encoder.conv_in", 3, first)
    stages(tensors, "encoder.down_blocks", first, CHANNELS, 2, "downsamplers")
    middle(tensors, "encoder.mid_block", last)
    tensors.norm("encoder.conv_norm_out", last)
    tensors.convolution("encoder.conv_out", last, 8)
    tensors.convolution("quant_conv", 8, 8, kernel=1)
    tensors.convolution("post_quant_conv", 4, 4, kernel=1)
    tensors.convolution("decoder.conv_in", 4, last)
    middle(tensors, "decoder.mid_block", last)
    stages(tensors, "decoder.up_blocks", last, CHANNELS[::-1], 3, "upsamplers")
    tensors.norm("decoder.conv_norm_out", first)
    tensors.convolution("decoder.conv_out", first, 3)
    return tensors


def write(folder, name, configuration, tensors, is_bf16):
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "config.json").write_text(json.dumps(configuration, indent=2) + "\n")
    header, end = {}, 0
    for key, shape, _, _ in tensors.all:
        start, end = end, end + math.prod(shape) * (2 if is_bf16 else 4)
        header[key] = {"dtype": "BF16" if is_bf16 else "F32", "shape": shape, "data_offsets": [start, end]}
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    random = numpy.random.default_rng(0)
    with open(folder / name, "wb") as file:
        file.write(len(text).to_bytes(8, "little") + text)
        for _, shape, spread, value in tensors.all:
            if spread is None:
                numbers = numpy.full(math.prod(shape), value, numpy.float32)
            else:
                numbers = random.standard_normal(math.prod(shape), numpy.float32) * numpy.float32(spread)
            # The upper half of an fp32 number is the bf16 number below it.
            (numbers.view(numpy.uint16)[1::2] if is_bf16 else numbers).tofile(file)
    print(f"{folder / name}: {(end + 8 + len(text)) / 1e9:.2f} GB, {len(tensors.all)} tensors", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", type=pathlib.Path)
    parser.add_argument("--text-layers", type=int, default=1, choices=range(1, 25), metavar="1-24")
    args = parser.parse_args()
    folder = args.folder
    TEXT_ENCODER["num_layers"] = args.text_layers
    embedded = pathlib.Path(__file__).resolve().parent.parent / "Sources/Checkpoints/Resources/default-model"
    folder.mkdir(parents=True, exist_ok=True)
    for part in ["tokenizer", "scheduler"]:
        shutil.copytree(embedded / part, folder / part, dirs_exist_ok=True)
    index = json.loads((embedded / "model_index.json").read_text())
    index.pop("_trained_on", None)
    index["vae"] = ["diffusers", "AutoencoderKL"]
    (folder / "model_index.json").write_text(json.dumps(index, indent=2) + "\n")
    weights = "diffusion_pytorch_model.safetensors"
    write(folder / "transformer", weights, TRANSFORMER, transformer(), is_bf16=True)
    write(folder / "text_encoder", "model.safetensors", TEXT_ENCODER, text_encoder(), is_bf16=True)
    write(folder / "vae", weights, AUTOENCODER, autoencoder(), is_bf16=False)


if __name__ == "__main__":
    main()
