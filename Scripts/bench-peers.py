#!/usr/bin/env python3
"""Times pixart beside diffusers and OpenVINO, in turn on one machine, and prints medians and their ratios.

    python Scripts/bench-peers.py step --size 256 512        a guided step of PixArt-Sigma XL/2
    python Scripts/bench-peers.py decode --size 512          AutoencoderKL
    python Scripts/bench-peers.py tiny --size 512            AutoencoderTiny
    python Scripts/bench-peers.py encode --tokens 40         T5 XXL: 2 of 24 layers, times 12
    python Scripts/bench-peers.py picture --model DIR        prompt to picture, the second after start
    python Scripts/bench-peers.py all --model DIR            all of these, and one table of ratios at the end

    --ours fp32 bf16 int8                                    precisions of pixart
    --peers torch-fp32 torch-bf16 openvino-bf16 openvino-int8

Weights are random on all sides. A step is guided: the text of the prompt has 40 real tokens and that of
the negative prompt 1, of the 300 that diffusers computes. OpenVINO takes the model that diffusers makes;
its 8-bit integers are NNCF's post-training quantisation of weights and activations. Only steps have
OpenVINO beside them. A picture's model is a folder that Scripts/random-model.py made with 24 text layers;
each side then runs in a process of its own. Needs torch, diffusers and transformers, for OpenVINO openvino
and nncf, and `make build` before.
"""
import argparse
import json
import pathlib
import statistics
import subprocess
import sys
import time

import torch

PIXART = pathlib.Path(__file__).resolve().parent.parent / ".build/release/pixart"
# Where quantised models of OpenVINO are kept: making one takes minutes.
KEPT = None
TRANSFORMER = {
    "num_attention_heads": 16, "attention_head_dim": 72, "num_layers": 28, "cross_attention_dim": 1152,
    "caption_channels": 4096, "in_channels": 4, "out_channels": 8, "sample_size": 128, "patch_size": 2,
    "interpolation_scale": 2, "use_additional_conditions": False, "norm_elementwise_affine": False,
    "norm_eps": 1e-6, "attention_bias": True, "activation_fn": "gelu-approximate",
    "norm_type": "ada_norm_single", "num_embeds_ada_norm": 1000,
}


def step_inputs(size, kind):
    mask = torch.zeros(2, 300, dtype=torch.int64)
    mask[0, :1] = 1
    mask[1, :40] = 1
    return {
        "hidden_states": torch.randn(2, 4, size // 8, size // 8, dtype=kind),
        "encoder_hidden_states": torch.randn(2, 300, 4096, dtype=kind),
        "timestep": torch.tensor([500, 500]),
        "encoder_attention_mask": mask,
    }


class Step(torch.nn.Module):
    """The transformer with the arguments that change."""

    def __init__(self):
        from diffusers import PixArtTransformer2DModel

        super().__init__()
        self.model = PixArtTransformer2DModel(**TRANSFORMER).eval()

    def forward(self, hidden_states, encoder_hidden_states, timestep, encoder_attention_mask):
        return self.model(
            hidden_states, encoder_hidden_states=encoder_hidden_states, timestep=timestep,
            encoder_attention_mask=encoder_attention_mask,
            added_cond_kwargs={"resolution": None, "aspect_ratio": None}, return_dict=False)[0]


def step_of_openvino(size, quantised):
    import openvino

    inputs = step_inputs(size, torch.float32)
    arguments = {name: tensor.numpy() for name, tensor in inputs.items()}
    kept = KEPT and KEPT / f"step-{size}.xml"
    if quantised and kept and kept.exists():
        model = openvino.Core().read_model(kept)
    else:
        with torch.no_grad():
            model = openvino.convert_model(Step(), example_input=inputs)
        if quantised:
            import nncf

            model = nncf.quantize(
                model, nncf.Dataset([arguments]), model_type=nncf.ModelType.TRANSFORMER, subset_size=1)
            if kept:
                openvino.save_model(model, kept, compress_to_fp16=False)
    compiled = openvino.Core().compile_model(
        model, "CPU", {"INFERENCE_PRECISION_HINT": "bf16", "PERFORMANCE_HINT": "LATENCY"})
    request = compiled.create_infer_request()
    return lambda: request.infer(arguments), 1


def step(size, peer):
    if peer.startswith("openvino"):
        return step_of_openvino(size, peer == "openvino-int8")
    kind = KINDS[peer]
    model, inputs = Step().to(kind), step_inputs(size, kind)
    return lambda: model(**inputs), 1


def decode(size, peer):
    from diffusers import AutoencoderKL

    kind = KINDS[peer]
    model = AutoencoderKL(
        block_out_channels=[128, 256, 512, 512], layers_per_block=2, latent_channels=4,
        down_block_types=["DownEncoderBlock2D"] * 4, up_block_types=["UpDecoderBlock2D"] * 4).eval().to(kind)
    latents = torch.randn(1, 4, size // 8, size // 8, dtype=kind)
    return lambda: model.decode(latents), 1


def decode_tiny(size, peer):
    from diffusers import AutoencoderTiny

    kind = KINDS[peer]
    model = AutoencoderTiny().eval().to(kind)
    latents = torch.randn(1, 4, size // 8, size // 8, dtype=kind)
    return lambda: model.decode(latents), 1


def encode(tokens, peer):
    from transformers import T5Config, T5EncoderModel

    layers = 2
    config = T5Config(
        d_model=4096, d_kv=64, d_ff=10240, num_heads=64, num_layers=layers, vocab_size=1000,
        feed_forward_proj="gated-gelu")
    model = T5EncoderModel(config).eval().to(KINDS[peer])
    ids = torch.randint(0, 1000, (1, tokens))
    return lambda: model(ids), 24 / layers


def tiny(size, peer):
    from diffusers import AutoencoderTiny

    kind = KINDS[peer]
    model = AutoencoderTiny().eval().to(kind)
    latents = torch.randn(1, 4, size // 8, size // 8, dtype=kind)
    return lambda: model.decode(latents), 1


# About 40 tokens.
PROMPT = (
    "a weathered fisherman in a yellow raincoat stands at the end of a wooden pier at dawn, gulls circle above "
    "the calm grey sea, soft light, oil painting with visible brush strokes")
KINDS = {"torch-fp32": torch.float32, "torch-bf16": torch.bfloat16}
PEERS = [*KINDS, "openvino-bf16", "openvino-int8"]


def timed(call):
    start = time.perf_counter()
    with torch.no_grad():
        call()
    return time.perf_counter() - start


def ours(command, precision):
    """One timed run of pixart: its seconds and its peak memory in bytes."""
    command = [PIXART, "bench", *command, "--runs", "1", "--precision", precision, "--json"]
    result = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return result["seconds"][0], result["peak_rss_bytes"]


def in_process(make, value):
    """Peers of one process, each with a call that times one run; memory would be that of all, so there is none."""
    def prepare(peer):
        call, factor = make(value, peer)
        timed(call)
        return lambda: (timed(call) * factor, None)
    return prepare


def picture_peer(args):
    """Peers in a process each, as a pipeline in the precision of their name."""
    command = [
        sys.executable, pathlib.Path(__file__).with_name("peer-picture.py"), args.model, "--size", str(args.size[0]),
        "--steps", str(args.steps), "--prompt", PROMPT, "--precision"]

    def prepare(peer):
        def run():
            text = subprocess.run(
                [*command, peer.removeprefix("torch-")], check=True, capture_output=True, text=True).stdout
            result = json.loads(text)
            print("  " + peer + ": " + ", ".join(
                f"{stage} {result[stage]:.2f} s" for stage in ["encode", "denoise", "decode"]), flush=True)
            return result["seconds"][0], result["peak_rss_bytes"]
        return run
    return prepare


def compare(title, command, prepare, args, peers):
    """Rounds in which each side runs once; prints medians, and returns rows for the table."""
    calls = {peer: prepare(peer) for peer in peers}
    for precision in args.ours:
        calls["pixart " + precision] = lambda precision=precision: ours(command, precision)
    seconds, memory = {name: [] for name in calls}, {}
    for _ in range(args.rounds):
        for name, call in calls.items():
            taken, peak = call()
            seconds[name].append(taken)
            if peak:
                memory[name] = max(memory.get(name, 0), peak)
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    size = {name: f", {memory[name] / 1e9:.2f} GB" if name in memory else "" for name in calls}
    print(f"{title}, medians of {args.rounds} in turn", flush=True)
    rows = []
    for name in calls:
        ratios = [f"{medians[peer] / medians[name]:.2f} x {peer}" for peer in peers if name.startswith("pixart")]
        colon = ": " if ratios else ""
        print(f"  {name:14} {medians[name]:7.2f} s{size[name]}{colon}{', '.join(ratios)}", flush=True)
        if ratios:
            rows += [
                (title, name, f"{medians[name]:.2f} s{size[name]}", peer, f"{medians[peer]:.2f} s{size[peer]}",
                 f"{medians[peer] / medians[name]:.2f}") for peer in peers]
    return rows


def parts(args):
    """What is to be compared, one at a time: title, pixart's command, peers' preparation, and which peers."""
    torches = [peer for peer in args.peers if peer in KINDS]
    wanted = ["step", "decode", "tiny", "encode", "picture"] if args.what == "all" else [args.what]
    every = {"step": [256, 512, 1024], "decode": [512], "tiny": [512]} if args.what == "all" else {}
    for what in wanted:
        if what == "picture":
            if not args.model:
                print("no picture: it needs --model", flush=True)
                continue
            command = [
                "picture", "--model", args.model, "--size", str(args.size[0]), "--steps", str(args.steps), "--prompt",
                PROMPT]
            yield f"picture {args.size[0]} px, {args.steps} steps", command, picture_peer(args), torches
        elif what == "encode":
            for tokens in args.tokens:
                yield f"encode {tokens} tokens", ["encode", "--tokens", str(tokens)], in_process(encode, tokens), torches
        else:
            make = {"step": step, "decode": decode, "tiny": tiny}[what]
            command = ["decode", "--tiny"] if what == "tiny" else [what]
            for size in every.get(what, args.size):
                peers = args.peers if what == "step" else torches
                yield f"{what} {size} px", [*command, "--size", str(size)], in_process(make, size), peers


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["step", "decode", "tiny", "encode", "picture", "all"])
    parser.add_argument("--size", type=int, nargs="+", default=[512])
    parser.add_argument("--tokens", type=int, nargs="+", default=[40])
    parser.add_argument("--steps", type=int, default=20, help="of a picture")
    parser.add_argument("--model", help="a picture's")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["torch-fp32"])
    parser.add_argument("--ours", nargs="+", choices=["fp32", "bf16", "int8"], default=["fp32"])
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for OpenVINO's quantised models")
    args = parser.parse_args()
    globals()["KEPT"] = args.keep
    if args.what not in ["step", "all"] and any(peer not in KINDS for peer in args.peers):
        parser.error("only steps have OpenVINO beside them")
    if args.what == "picture" and not args.model:
        parser.error("a picture needs --model")
    torch.manual_seed(0)
    table = []
    for part in parts(args):
        table += compare(*part[:3], args, part[3])
    print("\n| | pixart | | beside | | ratio |\n|---|---|---|---|---|---|")
    for row in table:
        print("| " + " | ".join(row) + " |")
