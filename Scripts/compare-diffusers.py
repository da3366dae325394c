#!/usr/bin/env python3
"""Makes random models of many shapes, runs diffusers and pixart on them, and prints how far apart they are.

    python Scripts/compare-diffusers.py [--models 10]

Shapes cover odd widths, depths, T5 sizes, autoencoders that shrink by 2, 4 and 8, micro-conditions, fp32 and bf16 files. Both
run in fp32 from the same seed; printed are the largest differences of the final latents and of the decoded picture, as shares of
the largest value (a few 1e-6 is rounding). Needs torch, diffusers, transformers, bs4 and ftfy, and `make build` before.
"""
import argparse
import math
import pathlib
import random
import shutil
import subprocess
import tempfile

import torch
from diffusers import (
    AutoencoderKL, DPMSolverMultistepScheduler, PixArtAlphaPipeline, PixArtSigmaPipeline, PixArtTransformer2DModel)
from safetensors.torch import load_file
from transformers import T5Config, T5EncoderModel

ROOT = pathlib.Path(__file__).resolve().parent.parent
GOLDEN = ROOT / "Tests/Goldens/models/sigma-tiny"
PROMPT = "a quick brown fox, jumps"
STEPS = 3


def random_transformer(caption_channels):
    conditions = random.random() < 0.4  # each of three embedders gives a third of the width
    heads, dim = random.choice([(5, 12), (3, 20), (1, 36), (2, 72)] + ([] if conditions else [(7, 8), (4, 4)]))
    sample_size = 128 if conditions else random.choice([16, 32, 64, 128])
    model = PixArtTransformer2DModel(
        num_attention_heads=heads, attention_head_dim=dim, num_layers=random.choice([1, 3, 5]),
        cross_attention_dim=heads * dim, caption_channels=caption_channels, in_channels=4, out_channels=8,
        sample_size=sample_size, patch_size=2, interpolation_scale=random.choice([None, 0.5, 2]),
        use_additional_conditions=conditions).eval()
    with torch.no_grad():
        for tensor in model.parameters():
            scale = 0.3 if tensor.ndim < 2 else 1 / math.sqrt(math.prod(tensor.shape[1:]))
            tensor.copy_(torch.randn(tensor.shape) * scale)
    return model, PixArtAlphaPipeline if conditions else PixArtSigmaPipeline


def random_autoencoder():
    channels = random.choice([[8, 12], [8, 8, 16], [4, 8, 8, 12], [12, 12, 12, 12]])
    return AutoencoderKL(
        block_out_channels=channels, layers_per_block=random.choice([1, 2]), latent_channels=4, norm_num_groups=4,
        down_block_types=["DownEncoderBlock2D"] * len(channels), sample_size=64, scaling_factor=0.3,
        up_block_types=["UpDecoderBlock2D"] * len(channels)).eval()


def random_text_encoder(width):
    config = T5Config(
        d_model=width, d_kv=random.choice([5, 8]), d_ff=random.choice([17, 40]), num_heads=random.choice([1, 3]),
        num_layers=2, vocab_size=2148, feed_forward_proj="gated-gelu")
    return T5EncoderModel(config).eval()


def distance(ours, theirs):
    return ((ours - theirs).abs().max() / theirs.abs().max()).item()


def compare(index, tokenizer, scheduler, folder):
    torch.manual_seed(index)
    width = random.choice([20, 33, 64])
    transformer, pipeline_class = random_transformer(width)
    autoencoder, text_encoder = random_autoencoder(), random_text_encoder(width)
    stored = random.choice([torch.float32, torch.bfloat16])
    pipe = pipeline_class(
        tokenizer=tokenizer, text_encoder=text_encoder.to(stored), vae=autoencoder, transformer=transformer.to(stored),
        scheduler=scheduler)
    pipe.save_pretrained(folder)
    shutil.copy(GOLDEN / "tokenizer/spiece.model", folder / "tokenizer")
    pipe.to(torch.float32).set_progress_bar_config(disable=True)

    factor = 2 ** len(autoencoder.config.block_out_channels)
    width, height = (random.choice([4, 6, 10, 14]) * factor for _ in range(2))
    latents = pipe(
        PROMPT, num_inference_steps=STEPS, height=height, width=width, use_resolution_binning=False,
        generator=torch.Generator("cpu").manual_seed(index), output_type="latent").images
    with torch.no_grad():
        decoded = autoencoder.decode(latents / autoencoder.config.scaling_factor).sample

    trace = folder / "trace.safetensors"
    subprocess.run(
        [ROOT / ".build/release/pixart", "generate", PROMPT, "--model", folder, "--seed", str(index), "--quiet",
         "--size", f"{width}x{height}", "--steps", str(STEPS), "--output", folder / "picture.png", "--trace", trace],
        check=True, stdout=subprocess.DEVNULL)
    ours = load_file(trace)
    distances = distance(ours[f"latents.{STEPS - 1}"], latents), distance(ours["decoded"], decoded)
    print(f"{index}: {pipeline_class.__name__}, {stored}, {width}x{height}: "
          f"latents {distances[0]:.1e}, decoded {distances[1]:.1e}", flush=True)
    return max(distances)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", type=int, default=10)
    arguments = parser.parse_args()
    random.seed(0)
    golden = PixArtSigmaPipeline.from_pretrained(GOLDEN)
    plain = DPMSolverMultistepScheduler.from_config(golden.scheduler.config)
    worst = 0
    for number in range(arguments.models):
        with tempfile.TemporaryDirectory() as place:
            worst = max(worst, compare(number, golden.tokenizer, plain, pathlib.Path(place)))
    print(f"largest difference: {worst:.1e}")
