#!/usr/bin/env python3
"""Writes the weights of a diffusers transformer as PixArt's authors save them, to measure and test with.

    python Scripts/original-file.py diffusion_pytorch_model.safetensors NAME.pth [--legacy]

The tensors become float32 under the original names, inside 'state_dict'; the file is one of torch.save. Beside it
comes NAME.safetensors, the same float32 numbers under diffusers' names. Needs torch and safetensors.
"""
import pathlib
import re
import sys

import safetensors.torch
import torch

LAYERS = [
    ("pos_embed.proj", "x_embedder.proj"),
    ("caption_projection.linear_1", "y_embedder.y_proj.fc1"),
    ("caption_projection.linear_2", "y_embedder.y_proj.fc2"),
    ("adaln_single.emb.timestep_embedder.linear_1", "t_embedder.mlp.0"),
    ("adaln_single.emb.timestep_embedder.linear_2", "t_embedder.mlp.2"),
    ("adaln_single.emb.resolution_embedder.linear_1", "csize_embedder.mlp.0"),
    ("adaln_single.emb.resolution_embedder.linear_2", "csize_embedder.mlp.2"),
    ("adaln_single.emb.aspect_ratio_embedder.linear_1", "ar_embedder.mlp.0"),
    ("adaln_single.emb.aspect_ratio_embedder.linear_2", "ar_embedder.mlp.2"),
    ("adaln_single.linear", "t_block.1"),
    ("proj_out", "final_layer.linear"),
    ("attn1.to_out.0", "attn.proj"),
    ("attn2.to_q", "cross_attn.q_linear"),
    ("attn2.to_out.0", "cross_attn.proj"),
    ("ff.net.0.proj", "mlp.fc1"),
    ("ff.net.2", "mlp.fc2"),
]
FUSED = [("attn1", ["to_q", "to_k", "to_v"], "attn.qkv"), ("attn2", ["to_k", "to_v"], "cross_attn.kv_linear")]


def original(tensors):
    rest, result = dict(tensors), {}
    for name in list(tensors):
        for attention, parts, fused in FUSED:
            match = re.fullmatch(rf"transformer_blocks\.(\d+)\.{attention}\.{parts[0]}\.(weight|bias)", name)
            if match:
                block, kind = match.groups()
                names = [f"transformer_blocks.{block}.{attention}.{part}.{kind}" for part in parts]
                result[f"blocks.{block}.{fused}.{kind}"] = torch.cat([rest.pop(name) for name in names])
    for name, tensor in rest.items():
        block = re.match(r"transformer_blocks\.(\d+)\.", name)
        prefix, inner = (f"blocks.{block[1]}.", name[block.end():]) if block else ("", name)
        for new, old in LAYERS:
            if inner.startswith(new + "."):
                inner = old + inner[len(new):]
                break
        result["final_layer." + inner if name == "scale_shift_table" else prefix + inner] = tensor
    return result


def main():
    source, target = (pathlib.Path(path) for path in sys.argv[1:3])
    tensors = {name: tensor.float() for name, tensor in safetensors.torch.load_file(source).items()}
    torch.save(
        {"state_dict": original(tensors), "epoch": 1}, target,
        _use_new_zipfile_serialization="--legacy" not in sys.argv[3:])
    safetensors.torch.save_file(tensors, target.with_suffix(".safetensors"))


if __name__ == "__main__":
    main()
