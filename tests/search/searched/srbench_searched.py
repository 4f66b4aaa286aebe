"""A plugin for the tests of the search: networks of a few numbers, some of which diverge or cannot be built."""

import os
import time
from itertools import pairwise

from torch import nn

import srbench
from srbench import Budget, Cut, LossSpec, ModelSpec, Phase, Recipe, SearchSpace, Term


class Net(nn.Module):
    """`depth` convolutions of `width` features; 13 of them diverge, 17 and 19 are refused."""

    def __init__(self, scale, width=2, depth=1):
        super().__init__()
        if width == 17:
            raise ValueError("17 is no width")
        if width == 19:
            raise srbench.UsageError("19 is no width")
        self.diverges = width == 13
        sides = [3, *[width] * depth]
        self.body = nn.Sequential(*(nn.Conv2d(a, b, 3, padding=1) for a, b in pairwise(sides)))
        self.tail = nn.Sequential(nn.Conv2d(width, 3 * scale * scale, 3, padding=1), nn.PixelShuffle(scale))

    def forward(self, lr):
        sr = self.tail(self.body(lr))
        return sr * float("nan") if self.diverges and self.training else sr


class Slow(nn.Module):
    """L1 that takes SEARCHED_SLOW seconds, so that a search can be killed in the middle."""

    def forward(self, prediction, batch):
        time.sleep(float(os.environ.get("SEARCHED_SLOW", "0")))
        return {"slow": (prediction.sr - batch.hr).abs().mean()}


class Widest:
    """Asks for the widest first, and predicts 20 dB for all."""

    def __init__(self, encodings, budget, seed):
        self.left = sorted(range(len(encodings)), key=lambda index: -encodings[index][0])
        self.count = len(encodings)

    def ask(self, count):
        return self.left[:count]

    def tell(self, candidate, value):
        self.left.remove(candidate)

    def drop(self, candidate):
        self.left.remove(candidate)

    def predict(self):
        from srbench.search.strategy import Forecast

        return [Forecast(20.0 + index / 100, 1.0) for index in range(self.count)]


@srbench.hookimpl
def srbench_models():
    yield ModelSpec("searched", "srbench_searched:Net", (2.0,))


@srbench.hookimpl
def srbench_losses():
    yield LossSpec("searched-slow", "srbench_searched:Slow")


@srbench.hookimpl
def srbench_recipes():
    budget = Budget(10, 2, 6, 1e-3)
    phase = Phase("train", (Term("searched-slow"),), budget)
    for name, held_out in (("searched", 2), ("searched-unseen", 0)):
        yield Recipe(
            name, "searched", (phase,), ("DIV2K",), {"demo": Cut({"train": budget}, ("demo",))}, hold_out=held_out
        )


@srbench.hookimpl
def srbench_searches():
    widest = {"widest": "srbench_searched:Widest"}
    yield SearchSpace("sizes", "searched", {"width": (2, 4, 8), "depth": (1, 2)}, strategies=widest)
    yield SearchSpace("faulty", "searched", {"width": (2, 4, 13, 17, 19)}, strategies=widest)
    yield SearchSpace("unseen", "searched-unseen", {"width": (2, 4)})
