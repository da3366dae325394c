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
import contextlib
import copy
import json

import numpy as np
import torch

from small_model import ALPHAS, NO_CONDITIONS, PROMPTS, autocast, autoencoder, column, text_encoder, transformer
from training import Training, follow, options

GRID = torch.arange(19, 1000, 20)
GUIDANCE = 3.5
HUBER = 0.001
AVERAGE = 0.95


def noise_of(model, latents, embeddings, mask, timesteps, brief=False):
    """Near the last timestep an error of the noise is 150 times as large in the picture: `brief` is for earlier ones."""
    with autocast() if brief else contextlib.nullcontext():
        said = model(latents, encoder_hidden_states=embeddings, encoder_attention_mask=mask, timestep=timesteps,
                     added_cond_kwargs=NO_CONDITIONS, return_dict=False)[0]
    return said[:, :4].float()


def clean(latents, noise, alpha):
    return (latents - (1 - alpha).sqrt() * noise) / alpha.sqrt()


def consistent(latents, noise, timesteps):
    """What the network says the picture is: the boundary condition of the paper."""
    scaled = column(10.0 * timesteps)
    skip, out = 0.25 / (scaled ** 2 + 0.25), scaled / (scaled ** 2 + 0.25).sqrt()
    return skip * latents + out * clean(latents, noise, column(ALPHAS[timesteps]))


def train(args):
    data = torch.load(args.out / "pool.pt")
    empty, empty_mask = text_encoder(args.model)([""])
    teacher = transformer(args.model / "transformer").eval().requires_grad_(False)
    student = copy.deepcopy(teacher).train().requires_grad_(True)
    average = copy.deepcopy(teacher)
    training = Training(args, args.out / "lcm-state.pt", student, average=average)

    def add_gradients_of(rows, index, brief):
        """One half of the batch; gradients are those of the mean over all of it."""
        count, timesteps = len(rows), GRID[index]
        pictures = data["latents"][rows].float()
        captions, mask = data["embeddings"][rows].float(), data["masks"][rows].long()
        earlier = (timesteps - 20).clamp(min=0)
        alpha, alpha_earlier = column(ALPHAS[timesteps]), column(ALPHAS[earlier])
        noisy = alpha.sqrt() * pictures + (1 - alpha).sqrt() * torch.randn_like(pictures)
        with torch.no_grad():
            # A step of 20 leaves its error small at any timestep.
            both = noise_of(
                teacher, torch.cat([noisy, noisy]), torch.cat([captions, empty.expand(count, -1, -1)]),
                torch.cat([mask, empty_mask.expand(count, -1)]), torch.cat([timesteps, timesteps]), brief=True)
            with_caption, without = both.chunk(2)
            noise = with_caption + GUIDANCE * (with_caption - without)
            start = clean(noisy, noise, alpha)
            before = alpha_earlier.sqrt() * start + (1 - alpha_earlier).sqrt() * noise
            target = consistent(before, noise_of(average, before, captions, mask, earlier, brief), earlier)
        said = consistent(noisy, noise_of(student, noisy, captions, mask, timesteps, brief), timesteps)
        loss = (((said - target) ** 2 + HUBER ** 2).sqrt() - HUBER).mean() / 2
        loss.backward()
        return loss.item()

    def add_gradients():
        if training.step > 0:
            follow(average, student, 1 - AVERAGE)
        half = args.batch // 2
        rows = torch.randint(len(data["latents"]), (2, half))
        index = torch.randint(len(GRID) // 2, (2, half))
        return (add_gradients_of(rows[0], index[0], brief=True)
                + add_gradients_of(rows[1], index[1] + len(GRID) // 2, brief=False))

    training.run(add_gradients, horizon=100)
    training.smooth.to(torch.bfloat16).save_pretrained(args.out / "transformer", max_shard_size="15MB")
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
    arguments = options(__doc__).parse_args()
    {"train": train, "sheet": sheet}[arguments.stage](arguments)
