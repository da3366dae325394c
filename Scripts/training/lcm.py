#!/usr/bin/env python3
"""Distils the model that comes with the program into a latent consistency model of four steps.

    python Scripts/training/small_model.py --model DIR --data DIR --out DIR        the pool, once
    python Scripts/training/lcm.py train --model DIR --out DIR --minutes 60        again to go on; --last ends it
    python Scripts/training/lcm.py sheet --model DIR --out DIR                     OUT/sheet.png

The recipe is that of PixArt-delta (arXiv 2401.05252, latent consistency distillation): a grid of 50 of the
1000 timesteps; the teacher goes one DDIM step of 20 with guidance, the running average of the student says what
comes out there, and the student learns to say so a step earlier. Guidance is fixed: cond + 3.5 (cond - uncond), which is
4.5 as the program counts it. Huber loss with c = 0.001, average of 0.95; the transformer alone learns.
Needs torch, diffusers, transformers, sentencepiece, pillow and numpy; a processor does.
"""
import argparse
import copy
import json
import pathlib
import time

import numpy as np
import torch

from small_model import ALPHAS, NO_CONDITIONS, PROMPTS, autoencoder, column, text_encoder, transformer

GRID = torch.arange(19, 1000, 20)
GUIDANCE = 3.5
HUBER = 0.001
AVERAGE = 0.95


def noise_of(model, latents, embeddings, mask, timesteps):
    """In full precision: near the last timestep an error of the noise is 150 times as large in the picture."""
    return model(latents, encoder_hidden_states=embeddings, encoder_attention_mask=mask, timestep=timesteps,
                 added_cond_kwargs=NO_CONDITIONS, return_dict=False)[0][:, :4]


def clean(latents, noise, alpha):
    return (latents - (1 - alpha).sqrt() * noise) / alpha.sqrt()


def consistent(latents, noise, timesteps):
    """What the network says the picture is: the boundary condition of the paper."""
    scaled = column(10.0 * timesteps)
    skip, out = 0.25 / (scaled ** 2 + 0.25), scaled / (scaled ** 2 + 0.25).sqrt()
    return skip * latents + out * clean(latents, noise, column(ALPHAS[timesteps]))


def train(args):
    data = torch.load(args.out / "pool.pt")
    encode = text_encoder(args.model)
    empty, empty_mask = encode([""])
    teacher = transformer(args.model / "transformer").eval().requires_grad_(False)
    student = copy.deepcopy(teacher).train().requires_grad_(True)
    average = copy.deepcopy(teacher)
    optimizer = torch.optim.AdamW(student.parameters(), args.rate, betas=(0.9, 0.99), weight_decay=0, foreach=True)
    kept, step = args.out / "state.pt", 0
    if kept.exists():
        state = torch.load(kept)
        student.load_state_dict(state["student"])
        average.load_state_dict(state["average"])
        optimizer.load_state_dict(state["optimizer"])
        step = state["step"]
    # The shipped weights: a slower average than the target's.
    smooth = copy.deepcopy(student).requires_grad_(False)
    if kept.exists():
        smooth.load_state_dict(state["smooth"])
    began, losses, saved = time.time(), [], time.time()

    def save():
        torch.save({"student": student.state_dict(), "average": average.state_dict(), "smooth": smooth.state_dict(),
                    "optimizer": optimizer.state_dict(), "step": step}, kept)

    while (share := (time.time() - began) / (60 * args.minutes)) < 1:
        rate = args.rate * min(1, (step + 1) / 50) * (1 if not args.last or share < 0.5 else 0.05 + 1.9 * (1 - share))
        for group in optimizer.param_groups:
            group["lr"] = rate
        rows = torch.randint(len(data["latents"]), (args.batch,))
        pictures = data["latents"][rows].float()
        captions, mask = data["embeddings"][rows].float(), data["masks"][rows].long()
        index = torch.randint(len(GRID), (args.batch,))
        timesteps = GRID[index]
        earlier = (timesteps - 20).clamp(min=0)
        alpha, alpha_earlier = column(ALPHAS[timesteps]), column(ALPHAS[earlier])
        noisy = alpha.sqrt() * pictures + (1 - alpha).sqrt() * torch.randn_like(pictures)
        with torch.no_grad():
            both = noise_of(
                teacher, torch.cat([noisy, noisy]), torch.cat([captions, empty.expand(args.batch, -1, -1)]),
                torch.cat([mask, empty_mask.expand(args.batch, -1)]), torch.cat([timesteps, timesteps]))
            with_caption, without = both.chunk(2)
            noise = with_caption + GUIDANCE * (with_caption - without)
            start = clean(noisy, noise, alpha)
            before = alpha_earlier.sqrt() * start + (1 - alpha_earlier).sqrt() * noise
            target = consistent(before, noise_of(average, before, captions, mask, earlier), earlier)
        said = consistent(noisy, noise_of(student, noisy, captions, mask, timesteps), timesteps)
        loss = (((said - target) ** 2 + HUBER ** 2).sqrt() - HUBER).mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(student.parameters(), args.clip)
        optimizer.step()
        step += 1
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(student.parameters()), 1 - AVERAGE)
            torch._foreach_lerp_(list(smooth.parameters()), list(student.parameters()), max(0.01, 1 / step))
        losses.append(loss.item())
        if step % 20 == 0:
            print(f"{time.time() - began:6.0f} s, step {step}, loss {sum(losses) / len(losses):.4f}", flush=True)
            losses = []
        if time.time() - saved > 600:
            save()
            saved = time.time()
    save()
    smooth.to(torch.bfloat16).save_pretrained(args.out / "transformer", max_shard_size="15MB")
    scheduler = {"_class_name": "LCMScheduler", "_diffusers_version": "0.42.1", "beta_start": 0.0001, "beta_end": 0.02,
                 "beta_schedule": "linear", "num_train_timesteps": 1000, "original_inference_steps": 50,
                 "clip_sample": False, "set_alpha_to_one": True, "prediction_type": "epsilon", "timestep_scaling": 10.0}
    (args.out / "scheduler").mkdir(exist_ok=True)
    (args.out / "scheduler/scheduler_config.json").write_text(json.dumps(scheduler, indent=2) + "\n")


@torch.no_grad()
def sheet(args):
    """Rows: one, two, four steps of the student; the teacher with 4 and with 20 guided steps."""
    from diffusers import DPMSolverMultistepScheduler
    from PIL import Image
    encode = text_encoder(args.model)
    vae = autoencoder(args.model)
    captions, mask = encode([""] * len(PROMPTS) + PROMPTS)
    count = len(PROMPTS)
    student, teacher = transformer(args.out / "transformer").eval(), transformer(args.model / "transformer").eval()
    rows = []
    for steps in (1, 2, 4):
        generator = torch.Generator().manual_seed(0)
        latents = torch.randn(count, 4, 16, 16, generator=generator)
        indices = np.floor(np.linspace(0, 50, steps, endpoint=False)).astype(int)
        timesteps = [int(GRID.flip(0)[index]) for index in indices]
        for place, timestep in enumerate(timesteps):
            at = torch.full((count,), timestep)
            noise = noise_of(student, latents, captions[count:], mask[count:], at)
            latents = consistent(latents, noise, at)
            if place + 1 < steps:
                alpha = ALPHAS[timesteps[place + 1]]
                latents = alpha.sqrt() * latents + (1 - alpha).sqrt() * torch.randn(latents.shape, generator=generator)
        rows.append(latents)
    for steps in (4, 20):
        solver = DPMSolverMultistepScheduler(beta_start=1e-4, beta_end=0.02, beta_schedule="linear")
        solver.set_timesteps(steps)
        latents = torch.randn(count, 4, 16, 16, generator=torch.Generator().manual_seed(0))
        for timestep in solver.timesteps:
            noise = noise_of(teacher, torch.cat([latents, latents]), captions, mask, timestep.expand(2 * count))
            without, with_caption = noise.chunk(2)
            latents = solver.step(without + 4.5 * (with_caption - without), timestep, latents, return_dict=False)[0]
        rows.append(latents)
    pictures = vae.decode(torch.cat(rows) / vae.config.scaling_factor).sample.clamp(-1, 1)
    pixels = (pictures.permute(0, 2, 3, 1).numpy() * 127.5 + 127.5).round().astype(np.uint8)
    lines = [np.concatenate(list(pixels[row * count:(row + 1) * count]), 1) for row in range(len(rows))]
    Image.fromarray(np.concatenate(lines, 0)).save(args.out / "sheet.png")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("stage", choices=["train", "sheet"])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-4)
    parser.add_argument("--clip", type=float, default=1.0)
    parser.add_argument("--last", action="store_true", help="let the learning rate fall in the second half")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    {"train": train, "sheet": sheet}[arguments.stage](arguments)
