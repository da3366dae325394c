"""What the trainings have in common: their options, and a loop that can be stopped and gone on with."""
import argparse
import copy
import pathlib
import time

import torch


def options(text):
    """Options of a script with a stage that trains and one that shows."""
    parser = argparse.ArgumentParser(description=text.split("\n")[0])
    parser.add_argument("stage", choices=["train", "sheet"])
    parser.add_argument("--model", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--last", action="store_true", help="let the learning rate fall to nothing")
    return parser


def follow(average, network, share):
    """Moves a running average a share of the way to a network."""
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), share)


class Training:
    """A network that learns, and `smooth`, the running average of its weights that is shipped."""

    def __init__(self, args, kept, network, **others):
        """Goes on from the file `kept` if there is one; `others` are networks that are kept with it."""
        self.args, self.kept, self.network, self.step = args, kept, network, 0
        self.smooth = copy.deepcopy(network).requires_grad_(False)
        self.optimizer = torch.optim.AdamW(network.parameters(), args.rate, betas=(0.9, 0.99), weight_decay=0, foreach=True)
        self.parts = {"network": network, "smooth": self.smooth, "optimizer": self.optimizer, **others}
        if kept.exists():
            state = torch.load(kept)
            self.step = state.pop("step")
            for name, part in self.parts.items():
                part.load_state_dict(state[name])

    def save(self):
        torch.save({"step": self.step, **{name: part.state_dict() for name, part in self.parts.items()}}, self.kept)

    def run(self, add_gradients, horizon, clip=1.0):
        """Learns for as many minutes as were asked for.

        `add_gradients` goes through a batch and says its loss; `horizon` is how many steps the average looks back.
        """
        began, saved, losses = time.time(), time.time(), []
        while (share := (time.time() - began) / (60 * self.args.minutes)) < 1:
            for group in self.optimizer.param_groups:
                group["lr"] = self.args.rate * min(1, (self.step + 1) / 50) * (1.02 - share if self.args.last else 1)
            self.optimizer.zero_grad(set_to_none=True)
            losses.append(add_gradients())
            torch.nn.utils.clip_grad_norm_(self.network.parameters(), clip)
            self.optimizer.step()
            self.step += 1
            follow(self.smooth, self.network, max(1 / horizon, 1 / self.step))
            if self.step % 20 == 0:
                print(f"{time.time() - began:6.0f} s, step {self.step}, loss {sum(losses) / len(losses):.4f}", flush=True)
                losses = []
            if time.time() - saved > 600:
                self.save()
                saved = time.time()
        self.save()
