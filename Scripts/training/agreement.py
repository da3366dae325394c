#!/usr/bin/env python3
"""How far edges lead: edges of pictures beside those of their conditions, with the ControlNet and without it.

    python Scripts/training/agreement.py --program .build/release/pixart --model DIR --out DIR

50 conditions are pictures of 50 subjects; half of them lead their own subject on another background, half the subject
that follows in the list. Agreement is the harmonic mean of the shares of the picture's edges that lie within a pixel of the
condition's and of the condition's within a pixel of the picture's (Canny). Needs what small_model.py needs.
"""
import argparse
import pathlib
import subprocess

import numpy as np
import torch
from PIL import Image

from small_model import canny

PAIRS = 50
BACKGROUNDS = ["yellow", "teal", "pink", "blue", "cream"]


def make(program, prompt, file, *options):
    if not file.exists():
        subprocess.run([program, "generate", prompt, "--model", "default", "--quiet", "--output", file, *options], check=True)
    return file


def edges(file):
    pixels = torch.from_numpy(np.asarray(Image.open(file).convert("L"), dtype=np.float32) / 255)
    return canny(pixels[None, None])


def agreement(found, wanted):
    def share(of, near):
        wide = torch.nn.functional.max_pool2d(near, 3, 1, 1)
        return ((of * wide).sum() / of.sum().clamp(min=1)).item()

    precision, recall = share(found, wanted), share(wanted, found)
    return 2 * precision * recall / max(1e-9, precision + recall)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=pathlib.Path, required=True)
    parser.add_argument("--model", type=pathlib.Path, required=True, help="for its list of subjects")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    subjects = (args.model / "subjects.txt").read_text().split("\n")
    step = len(subjects) // (PAIRS + 1)
    results = {"own subject": [], "another subject": []}
    for pair in range(PAIRS):
        subject, other = subjects[pair * step], subjects[(pair + 1) * step]
        condition = make(args.program, subject, args.out / f"{pair:02}-condition.png", "--seed", "1")
        own = pair % 2 == 0
        prompt = f"{subject if own else other} on a {BACKGROUNDS[pair // 2 % len(BACKGROUNDS)]} background"
        wanted = edges(condition)
        led = make(args.program, prompt, args.out / f"{pair:02}-led.png", "--seed", "2",
                   "--condition", condition, "--edges", "canny")
        free = make(args.program, prompt, args.out / f"{pair:02}-free.png", "--seed", "2")
        results["own subject" if own else "another subject"].append(
            (agreement(edges(led), wanted), agreement(edges(free), wanted)))
    results["all"] = results["own subject"] + results["another subject"]
    for name, pairs in results.items():
        led, free = np.array(pairs).T
        print(f"{name}, {len(pairs)} pairs: led {led.mean():.3f}, free {free.mean():.3f}, "
              f"led closer in {(led > free).sum()}")


if __name__ == "__main__":
    main()
