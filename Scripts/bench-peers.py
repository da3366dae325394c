#!/usr/bin/env python3
"""Times pixart beside diffusers, in turn on one machine, and prints the ratio of the medians.

    python Scripts/bench-peers.py step --size 256 512        a guided step of PixArt-Sigma XL/2, fp32
    python Scripts/bench-peers.py decode --size 512          AutoencoderKL, fp32
    python Scripts/bench-peers.py encode --tokens 40         T5 XXL in bf16: 2 of 24 layers, times 12

Weights are random on both sides. A step is guided: the text of the prompt has 40 real tokens and that of
the negative prompt 1, of the 300 that diffusers computes. Needs torch, diffusers and transformers, and
`make build` before.
"""
import argparse
import json
import pathlib
import resource
import statistics
import subprocess
import time

import torch

PIXART = pathlib.Path(__file__).resolve().parent.parent / ".build/release/pixart"
TRANSFORMER = {
    "num_attention_heads": 16, "attention_head_dim": 72, "num_layers": 28, "cross_attention_dim": 1152,
    "caption_channels": 4096, "in_channels": 4, "out_channels": 8, "sample_size": 128, "patch_size": 2,
    "interpolation_scale": 2, "use_additional_conditions": False, "norm_elementwise_affine": False,
    "norm_eps": 1e-6, "attention_bias": True, "activation_fn": "gelu-approximate",
    "norm_type": "ada_norm_single", "num_embeds_ada_norm": 1000,
}


def step_of_diffusers(size):
    from diffusers import PixArtTransformer2DModel

    model = PixArtTransformer2DModel(**TRANSFORMER).eval()
    mask = torch.zeros(2, 300, dtype=torch.int64)
    mask[0, :1] = 1
    mask[1, :40] = 1
    arguments = {
        "hidden_states": torch.randn(2, 4, size // 8, size // 8),
        "encoder_hidden_states": torch.randn(2, 300, 4096),
        "encoder_attention_mask": mask,
        "timestep": torch.tensor([500, 500]),
        "added_cond_kwargs": {"resolution": None, "aspect_ratio": None},
    }
    return lambda: model(**arguments), 1


def decode_of_diffusers(size):
    from diffusers import AutoencoderKL

    model = AutoencoderKL(
        block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=4,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4).eval()
    latents = torch.randn(1, 4, size // 8, size // 8)
    return lambda: model.decode(latents), 1


def encode_of_transformers(tokens):
    from transformers import T5Config, T5EncoderModel

    layers = 2
    config = T5Config(
        d_model=4096, d_kv=64, d_ff=10240, num_heads=64, num_layers=layers, vocab_size=1000,
        feed_forward_proj="gated-gelu")
    model = T5EncoderModel(config).eval().to(torch.bfloat16)
    ids = torch.randint(0, 1000, (1, tokens))
    return lambda: model(ids), 24 / layers


def timed(call):
    start = time.perf_counter()
    with torch.no_grad():
        call()
    return time.perf_counter() - start


def compare(what, option, value, make, rounds):
    call, factor = make(value)
    timed(call)
    theirs, ours, memory = [], [], 0
    for _ in range(rounds):
        theirs.append(timed(call) * factor)
        command = [PIXART, "bench", what, option, str(value), "--runs", "1", "--json"]
        result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        ours.append(result["seconds"][0])
        memory = max(memory, result["peak_rss_bytes"])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    a, b = statistics.median(theirs), statistics.median(ours)
    print(
        f"{what} {option} {value}: diffusers {a:.2f} s, pixart {b:.2f} s, {a / b:.2f} times as fast; "
        f"peak RSS {peak / 1e9:.2f} against {memory / 1e9:.2f} GB; medians of {rounds}, in turn",
        flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["step", "decode", "encode"])
    parser.add_argument("--size", type=int, nargs="+", default=[512])
    parser.add_argument("--tokens", type=int, nargs="+", default=[40])
    parser.add_argument("--rounds", type=int, default=5)
    args = parser.parse_args()
    torch.manual_seed(0)
    option, values, make = {
        "step": ("--size", args.size, step_of_diffusers),
        "decode": ("--size", args.size, decode_of_diffusers),
        "encode": ("--tokens", args.tokens, encode_of_transformers),
    }[args.what]
    for value in values:
        compare(args.what, option, value, make, args.rounds)
