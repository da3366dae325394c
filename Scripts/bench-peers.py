#!/usr/bin/env python3
"""Times pixart beside diffusers and OpenVINO, in turn on one machine, and prints medians and their ratios.

    python Scripts/bench-peers.py step --size 256 512        a guided step of PixArt-Sigma XL/2
    python Scripts/bench-peers.py decode --size 512          AutoencoderKL
    python Scripts/bench-peers.py decode-tiny --size 512     AutoencoderTiny
    python Scripts/bench-peers.py encode --tokens 40         T5 XXL: 2 of 24 layers, times 12

    --ours fp32 bf16 int8                                    precisions of pixart
    --peers torch-fp32 torch-bf16 openvino-bf16 openvino-int8

Weights are random on all sides. A step is guided: the text of the prompt has 40 real tokens and that of
the negative prompt 1, of the 300 that diffusers computes. OpenVINO takes the model that diffusers makes;
its 8-bit integers are NNCF's post-training quantisation of weights and activations. Only steps have
OpenVINO beside them. Needs torch, diffusers and transformers, for OpenVINO openvino and nncf, and
`make build` before.
"""
import argparse
import json
import pathlib
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
    with torch.no_grad():
        model = openvino.convert_model(Step(), example_input=inputs)
    arguments = {name: tensor.numpy() for name, tensor in inputs.items()}
    if quantised:
        import nncf

        model = nncf.quantize(
            model, nncf.Dataset([arguments]), model_type=nncf.ModelType.TRANSFORMER, subset_size=1)
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


COMMANDS = {"decode-tiny": ["decode", "--tiny"]}
KINDS = {"torch-fp32": torch.float32, "torch-bf16": torch.bfloat16}
PEERS = [*KINDS, "openvino-bf16", "openvino-int8"]


def timed(call):
    start = time.perf_counter()
    with torch.no_grad():
        call()
    return time.perf_counter() - start


def compare(command, option, value, make, peers, precisions, rounds):
    calls = {peer: make(value, peer) for peer in peers}
    seconds = {name: [] for name in [*peers, *precisions]}
    memory = {}
    for call, _ in calls.values():
        timed(call)
    for _ in range(rounds):
        for peer, (call, factor) in calls.items():
            seconds[peer].append(timed(call) * factor)
        for precision in precisions:
            arguments = [
                PIXART, "bench", *command, option, str(value), "--runs", "1", "--precision", precision, "--json"]
            result = json.loads(subprocess.run(arguments, check=True, capture_output=True, text=True).stdout)
            seconds[precision].append(result["seconds"][0])
            memory[precision] = max(memory.get(precision, 0), result["peak_rss_bytes"])
    medians = {name: statistics.median(times) for name, times in seconds.items()}
    print(f"{' '.join(command)} {option} {value}, medians of {rounds} in turn", flush=True)
    for peer in peers:
        print(f"  {peer:14} {medians[peer]:7.2f} s")
    for precision in precisions:
        ratios = ", ".join(f"{medians[peer] / medians[precision]:.2f} x {peer}" for peer in peers)
        print(f"  pixart {precision:7} {medians[precision]:7.2f} s, {memory[precision] / 1e9:.2f} GB: {ratios}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["step", "decode", "decode-tiny", "encode"])
    parser.add_argument("--size", type=int, nargs="+", default=[512])
    parser.add_argument("--tokens", type=int, nargs="+", default=[40])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--peers", nargs="+", choices=PEERS, default=["torch-fp32"])
    parser.add_argument("--ours", nargs="+", choices=["fp32", "bf16", "int8"], default=["fp32"])
    args = parser.parse_args()
    if args.what != "step" and any(peer not in KINDS for peer in args.peers):
        parser.error("only steps have OpenVINO beside them")
    torch.manual_seed(0)
    option, values, make = {
        "step": ("--size", args.size, step),
        "decode": ("--size", args.size, decode),
        "decode-tiny": ("--size", args.size, decode_tiny),
        "encode": ("--tokens", args.tokens, encode),
    }[args.what]
    for value in values:
        compare(COMMANDS.get(args.what, [args.what]), option, value, make, args.peers, args.ours, args.rounds)
