#!/usr/bin/env python3
"""Times diffusers' pipeline from prompt to picture, for Scripts/bench-peers.py; prints one JSON object.

    python Scripts/peer-picture.py MODEL --size 512 --steps 20 --precision bf16 --prompt TEXT

As with `pixart bench picture` a first picture of one step warms up, and the next is the one that counts.
"""
import argparse
import json
import pathlib
import resource
import time
import types

import sentencepiece
import torch
from diffusers import DiffusionPipeline


class Tokenizer:
    """As the pipelines call T5's, which transformers reads from a SentencePiece model only with more packages."""

    END = 1

    def __init__(self, file):
        self.pieces = sentencepiece.SentencePieceProcessor(model_file=str(file))

    def __call__(self, texts, padding, max_length=None, **_):
        rows = [self.pieces.encode(text) + [self.END] for text in ([texts] if isinstance(texts, str) else texts)]
        if padding == "max_length":
            rows = [row if len(row) <= max_length else [*row[:max_length - 1], self.END] for row in rows]
        length = max_length if padding == "max_length" else max(map(len, rows))
        ids = torch.tensor([row + [0] * (length - len(row)) for row in rows])
        return types.SimpleNamespace(input_ids=ids, attention_mask=(ids != 0).long())

    def batch_decode(self, rows):
        return [self.pieces.decode(row.tolist()) for row in rows]


class Stage:
    """A method that also says how long its calls take."""

    def __init__(self, owner, name):
        self.method, self.seconds = getattr(owner, name), 0
        setattr(owner, name, self)

    def __call__(self, *arguments, **options):
        start = time.perf_counter()
        try:
            return self.method(*arguments, **options)
        finally:
            self.seconds += time.perf_counter() - start


parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("model")
parser.add_argument("--size", type=int, required=True)
parser.add_argument("--steps", type=int, required=True)
parser.add_argument("--precision", choices=["fp32", "bf16"], required=True)
parser.add_argument("--prompt", required=True)
args = parser.parse_args()

pipe = DiffusionPipeline.from_pretrained(
    args.model, tokenizer=None, torch_dtype={"fp32": torch.float32, "bf16": torch.bfloat16}[args.precision])
pipe.tokenizer = Tokenizer(pathlib.Path(args.model) / "tokenizer/spiece.model")
pipe.set_progress_bar_config(disable=True)


def picture(steps):
    start = time.perf_counter()
    with torch.no_grad():
        pipe(args.prompt, height=args.size, width=args.size, num_inference_steps=steps, guidance_scale=4.5,
             use_resolution_binning=False, clean_caption=False, generator=torch.Generator().manual_seed(0))
    return time.perf_counter() - start


picture(1)
encode, decode = Stage(pipe, "encode_prompt"), Stage(pipe.vae, "decode")
total = picture(args.steps)
print(json.dumps({
    "seconds": [total], "encode": encode.seconds, "denoise": total - encode.seconds - decode.seconds,
    "decode": decode.seconds, "peak_rss_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
