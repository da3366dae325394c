#!/usr/bin/env python3
"""Trains a ControlNet-Transformer on edge maps for the model that comes with the program.

    python Scripts/training/small_model.py --model DIR --data DIR --out DIR --moved            the pool, once
    python Scripts/training/control.py train --model DIR --out DIR --minutes 60 --rate 5e-4    again to go on; --last ends it
    python Scripts/training/control.py sheet --model DIR --out DIR                 OUT/control-sheet.png

As in PixArt-delta (arXiv 2401.05252, section 3.2): copies of the first blocks, 6 of 12 here as 13 of 28 there, whose
sums go in behind the base's next block through layers that start at zero; the base is frozen. The model knows its
pictures by their captions, from which nothing is learnt about edges: the pool's are moved, and half of the captions are
empty. Edges are Canny's of the pictures, encoded by the model's autoencoder. Errors of the noise are divided by the
picture's part of the latents, so that late timesteps, where shapes are decided and errors are small, pull as hard as
others. Names in the file are those of the published ones. Needs what small_model.py needs.
"""
import copy

import numpy as np
import torch

from small_model import ALPHAS, NO_CONDITIONS, PROMPTS, autocast, autoencoder, column, text_encoder, transformer
from training import Training, options

COPIES = 6
DROPPED = 0.5
# diffusers' names within a block and those of the published files; queries, keys and values are one there.
INNER = [("attn1.to_out.0", "attn.proj"), ("attn2.to_q", "cross_attn.q_linear"), ("attn2.to_out.0", "cross_attn.proj"),
         ("ff.net.0.proj", "mlp.fc1"), ("ff.net.2", "mlp.fc2")]
FUSED = [(("attn1.to_q", "attn1.to_k", "attn1.to_v"), "attn.qkv"), (("attn2.to_k", "attn2.to_v"), "cross_attn.kv_linear")]


class Control(torch.nn.Module):
    def __init__(self, base):
        super().__init__()
        width = base.config.num_attention_heads * base.config.attention_head_dim
        self.copies = torch.nn.ModuleList(copy.deepcopy(block) for block in base.transformer_blocks[:COPIES])
        self.before = torch.nn.Linear(width, width)
        self.after = torch.nn.ModuleList(torch.nn.Linear(width, width) for _ in range(COPIES))
        for layer in [self.before, *self.after]:
            torch.nn.init.zeros_(layer.weight)
            torch.nn.init.zeros_(layer.bias)

    def forward(self, base, latents, condition, captions, mask, timesteps):
        """The predicted noise; without a condition that of the base alone."""
        modulation, embedded = base.adaln_single(timesteps, NO_CONDITIONS, batch_size=len(latents), hidden_dtype=latents.dtype)
        text = base.caption_projection(captions)
        bias = (1 - mask.to(latents.dtype)).unsqueeze(1) * -10000.0
        inputs = dict(encoder_hidden_states=text, encoder_attention_mask=bias, timestep=modulation)
        hidden = base.transformer_blocks[0](base.pos_embed(latents), **inputs)
        state = hidden + self.before(base.pos_embed(condition)) if condition is not None else None
        for index, block in enumerate(base.transformer_blocks[1:]):
            if state is not None and index < COPIES:
                state = self.copies[index](state, **inputs)
                hidden = hidden + self.after[index](state)
            hidden = block(hidden, **inputs)
        shift, scale = (base.scale_shift_table[None] + embedded[:, None]).chunk(2, dim=1)
        with torch.autocast("cpu", enabled=False):
            hidden = base.proj_out(base.norm_out(hidden.float()) * (1 + scale.float()) + shift.float())
        side, patch = latents.shape[-1] // 2, 2
        hidden = hidden.reshape(len(latents), side, side, patch, patch, -1)
        return torch.einsum("nhwpqc->nchpwq", hidden).reshape(len(latents), -1, 2 * side, 2 * side)[:, :4].float()


def published(control):
    """The tensors under the names of PixArt-ControlNet files."""
    tensors = {f"controlnet.0.before_proj.{part}": getattr(control.before, part) for part in ("weight", "bias")}
    for index, (block, after) in enumerate(zip(control.copies, control.after)):
        own, head = dict(block.named_parameters()), f"controlnet.{index}."
        for part in ("weight", "bias"):
            tensors[f"{head}after_proj.{part}"] = getattr(after, part)
            for name, original in INNER:
                tensors[f"{head}copied_block.{original}.{part}"] = own[f"{name}.{part}"]
            for names, original in FUSED:
                tensors[f"{head}copied_block.{original}.{part}"] = torch.cat([own[f"{name}.{part}"] for name in names])
        tensors[f"{head}copied_block.scale_shift_table"] = own["scale_shift_table"]
    return {name: tensor.detach().to(torch.bfloat16).contiguous() for name, tensor in tensors.items()}


def train(args):
    from safetensors.torch import save_file
    data = torch.load(args.out / "moved.pt")
    empty, empty_mask = text_encoder(args.model)([""])
    base = transformer(args.model / "transformer").eval().requires_grad_(False)
    control = Control(base)
    control.requires_grad_(True)
    training = Training(args, args.out / "control-state.pt", control)

    def add_gradients():
        rows = torch.randint(len(data["latents"]), (args.batch,))
        pictures, edges = data["latents"][rows].float(), data["edges"][rows].float()
        drop = torch.rand(args.batch) < DROPPED
        captions = torch.where(drop.view(-1, 1, 1), empty, data["embeddings"][rows].float())
        mask = torch.where(drop.view(-1, 1), empty_mask, data["masks"][rows].long())
        timesteps = torch.randint(1000, (args.batch,))
        alpha, noise = column(ALPHAS[timesteps]), torch.randn_like(pictures)
        with autocast():
            said = control(base, alpha.sqrt() * pictures + (1 - alpha).sqrt() * noise, edges, captions, mask, timesteps)
        loss = ((said - noise) ** 2 / alpha.sqrt().clamp(min=0.01)).mean()
        loss.backward()
        return loss.item()

    training.run(add_gradients, horizon=200)
    (args.out / "controlnet").mkdir(exist_ok=True)
    save_file(published(training.smooth), args.out / "controlnet/diffusion_pytorch_model.safetensors")


@torch.no_grad()
def sheet(args):
    """Rows: what the edges are of, edges, with the right caption, with another one, without edges."""
    from diffusers import DPMSolverMultistepScheduler
    from PIL import Image
    encode, vae = text_encoder(args.model), autoencoder(args.model)
    data = torch.load(args.out / "moved.pt")
    base = transformer(args.model / "transformer").eval()
    control = Control(base)
    control.load_state_dict(torch.load(args.out / "control-state.pt")["smooth"])
    count = len(PROMPTS)
    pictures, edges = data["latents"][:count].float(), data["edges"][:count].float()
    empty, empty_mask = encode([""])
    own = data["embeddings"][:count].float(), data["masks"][:count].long()
    rows = [pictures, edges]
    for (captions, mask), condition in ((own, edges), (encode(PROMPTS), edges), (own, None)):
        captions = torch.cat([empty.expand(count, -1, -1), captions])
        mask = torch.cat([empty_mask.expand(count, -1), mask])
        solver = DPMSolverMultistepScheduler(beta_start=1e-4, beta_end=0.02, beta_schedule="linear")
        solver.set_timesteps(20)
        latents = torch.randn(count, 4, 16, 16, generator=torch.Generator().manual_seed(0))
        both = None if condition is None else torch.cat([condition, condition])
        for timestep in solver.timesteps:
            noise = control(base, torch.cat([latents, latents]), both, captions, mask, timestep.expand(2 * count))
            without, with_caption = noise.chunk(2)
            latents = solver.step(without + 4.5 * (with_caption - without), timestep, latents, return_dict=False)[0]
        rows.append(latents)
    decoded = vae.decode(torch.cat(rows) / vae.config.scaling_factor).sample.clamp(-1, 1)
    pixels = (decoded.permute(0, 2, 3, 1).numpy() * 127.5 + 127.5).round().astype(np.uint8)
    lines = [np.concatenate(list(pixels[row * count:(row + 1) * count]), 1) for row in range(len(rows))]
    Image.fromarray(np.concatenate(lines, 0)).save(args.out / "control-sheet.png")


if __name__ == "__main__":
    arguments = options(__doc__).parse_args()
    {"train": train, "sheet": sheet}[arguments.stage](arguments)
