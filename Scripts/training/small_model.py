"""What the trainings of the program's own model share: its networks, its noise, and pools of pictures.

A pool is made once and kept: encoding a picture costs more than a step of a student. --data is the folder with
train_default.py and emoji-128.npz, which the model itself was trained with. --moved makes moved.pt instead of pool.pt: its
subjects are turned, mirrored, shifted and made smaller, so that captions do not say where their edges are.

    python Scripts/training/small_model.py --model DIR --data DIR --out DIR [--pictures 8192] [--moved]
"""
import argparse
import math
import pathlib
import random
import sys

import torch

ALPHAS = torch.cumprod(1 - torch.linspace(1e-4, 0.02, 1000), 0)
NO_CONDITIONS = {"resolution": None, "aspect_ratio": None}
PROMPTS = ["a fox", "a red apple on a blue background", "grinning face", "a penguin, purple background", "a house",
           "a cat face on a yellow background", "a rocket", "a tulip", "a pizza on a teal background", "an octopus",
           "a bicycle on a pink background", "a lemon", "a robot", "a guitar", "a snowman on a black background", "a key"]


def autocast():
    return torch.autocast("cpu", torch.bfloat16)


def column(values):
    return values.view(-1, 1, 1, 1)


def transformer(folder):
    from diffusers import PixArtTransformer2DModel
    return PixArtTransformer2DModel.from_pretrained(folder, torch_dtype=torch.float32)


def autoencoder(model):
    from diffusers import AutoencoderKL
    return AutoencoderKL.from_pretrained(model / "vae").eval().to(memory_format=torch.channels_last)


def text_encoder(model):
    """Texts to embeddings and masks."""
    import sentencepiece
    from transformers import T5EncoderModel
    encoder = T5EncoderModel.from_pretrained(model / "text_encoder", torch_dtype=torch.float32).eval()
    pieces = sentencepiece.SentencePieceProcessor(model_file=str(model / "tokenizer/spiece.model"))

    @torch.no_grad()
    def encode(texts, length=32):
        ids = torch.zeros(len(texts), length, dtype=torch.long)
        for row, text in enumerate(texts):
            tokens = pieces.encode(text)[:length - 1] + [1]
            ids[row, :len(tokens)] = torch.tensor(tokens)
        mask = (ids != 0).long()
        return encoder(ids, attention_mask=mask).last_hidden_state, mask

    return encode


def canny(pictures, low=100 / 255, high=200 / 255):
    """Edges of grey pictures [n, 1, height, width] in 0..1: 1 or 0.

    Thresholds are of Sobel's sums of absolute derivatives, as OpenCV has them.
    """
    sobel = torch.tensor([[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    padded = torch.nn.functional.pad(pictures, (1, 1, 1, 1), mode="replicate")
    x = torch.nn.functional.conv2d(padded, sobel.view(1, 1, 3, 3))
    y = torch.nn.functional.conv2d(padded, sobel.t().reshape(1, 1, 3, 3))
    size = x.abs() + y.abs()
    around = torch.nn.functional.pad(size, (1, 1, 1, 1))

    def moved(dx, dy):
        height, width = size.shape[2:]
        return around[:, :, 1 + dy:1 + dy + height, 1 + dx:1 + dx + width]

    slope = y.abs() / x.abs().clamp(min=1e-9)
    steep, flat = slope > 2.4142, slope < 0.4142
    rising = (x * y) > 0
    before = torch.where(flat, moved(-1, 0), torch.where(steep, moved(0, -1), torch.where(rising, moved(-1, -1), moved(1, -1))))
    after = torch.where(flat, moved(1, 0), torch.where(steep, moved(0, 1), torch.where(rising, moved(1, 1), moved(-1, 1))))
    ridge = (size > before) & (size >= after)
    weak, edge = ridge & (size > low), ridge & (size > high)
    for _ in range(64):
        edge = weak & (torch.nn.functional.max_pool2d(edge.float(), 3, 1, 1) > 0)
    return edge.float()


def moved(layers):
    """Pictures [n, 4, height, width] turned by up to 30 degrees, mirrored, made smaller and shifted to where they fit."""
    count = len(layers)

    def between(low, high):
        return torch.rand(count) * (high - low) + low

    angle, scale, mirror = between(-1, 1) * math.pi / 6, between(0.45, 1), torch.randint(2, (count,)) * 2 - 1
    x, y = between(-1, 1) * (1 - scale), between(-1, 1) * (1 - scale)
    turn = torch.stack([angle.cos() * mirror, angle.sin() * mirror, -angle.sin(), angle.cos()], 1).view(-1, 2, 2) / scale.view(-1, 1, 1)
    grid = torch.nn.functional.affine_grid(
        torch.cat([turn, -turn @ torch.stack([x, y], 1).unsqueeze(2)], 2), layers.shape, align_corners=False)
    return torch.nn.functional.grid_sample(layers, grid, align_corners=False)


def make_pool(model, data, out, count, is_moved, seed=0):
    """Compositions of subjects and colours by the trainer's own functions: latents, those of their edges, captions."""
    sys.path.insert(0, str(data))
    import train_default as trainer
    encode, vae = text_encoder(model), autoencoder(model)
    scale = vae.config.scaling_factor
    images, names, keywords = trainer.load()
    rgba = torch.from_numpy(images).permute(0, 3, 1, 2).float() / 255
    palette = torch.tensor([trainer.COLOURS[name] for name in trainer.NAMES]).float() / 255
    rng = random.Random(seed)
    latents, edges, texts = [], [], []
    with torch.no_grad(), autocast():
        for start in range(0, count, 64):
            rows = []
            for _ in range(64):
                u = rng.random()
                kind = 0 if u < 0.75 else 1 if u < 0.83 else 2 if u < 0.95 else 3
                i, j = rng.randrange(len(names)), rng.randrange(len(names))
                colour = 0 if rng.random() < 0.35 else rng.randrange(len(trainer.NAMES))
                texts.append(trainer.caption(kind, trainer.phrase(names[i], keywords[i], rng),
                                             trainer.phrase(names[j], "", rng), trainer.NAMES[colour], rng))
                rows.append((kind, i, j, colour))
            rows, subjects = torch.tensor(rows), rgba
            if is_moved:
                subjects = moved(rgba[rows[:, 1:3].flatten()])
                rows[:, 1] = 2 * torch.arange(64)
                rows[:, 2] = rows[:, 1] + 1
            pictures = trainer.compose(subjects, rows, palette).contiguous(memory_format=torch.channels_last)
            grey = (pictures.float() * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True) / 2 + 0.5
            maps = (canny(grey.contiguous()) * 2 - 1).expand(-1, 3, -1, -1).contiguous(memory_format=torch.channels_last)
            latents.append((vae.encode(pictures).latent_dist.mode().float() * scale).half())
            edges.append((vae.encode(maps).latent_dist.mode().float() * scale).half())
            print(f"\r{start + 64} of {count} pictures", end="", flush=True)
    print()
    embeddings, masks = [], []
    for start in range(0, len(texts), 256):
        rows, mask = encode(texts[start:start + 256])
        embeddings.append(rows.half())
        masks.append(mask.bool())
    out.mkdir(parents=True, exist_ok=True)
    torch.save({"latents": torch.cat(latents), "edges": torch.cat(edges), "embeddings": torch.cat(embeddings),
                "masks": torch.cat(masks)}, out / ("moved.pt" if is_moved else "pool.pt"))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--pictures", type=int, default=8192)
    parser.add_argument("--moved", action="store_true")
    arguments = parser.parse_args()
    make_pool(arguments.model, arguments.data, arguments.out, arguments.pictures, arguments.moved)
