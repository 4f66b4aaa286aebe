"""A plugin for the tests of training: networks so small that a step takes a millisecond."""

import os
import time
from dataclasses import replace

import torch
from torch import nn
from torch.nn import functional

import srbench
from srbench import Adversary, Budget, Cut, LossSpec, ModelSpec, Phase, Recipe, Schedule, Term, Turn

SCALES = (2.0, 3.0)
L1 = Phase("l1", (Term("l1"),), Budget(200, 4, 6, 1e-2, Schedule("cosine")))
GAN = Phase("gan", (Term("l1"),), Budget(6, 4, 6, 1e-3), Adversary("judge", "srbench_tiny:Judge", weight=0.01), ema=0.9)


class Joint(nn.Module):
    """Two convolutions, and an upsampler for each scale, of which a batch uses one."""

    def __init__(self, width=4, scales=SCALES):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, width, 3, padding=1), nn.ReLU(), nn.Conv2d(width, width, 3, padding=1))
        self.tails = nn.ModuleDict({f"x{scale:g}": tail(width, int(scale)) for scale in scales})

    def forward(self, lr, scale):
        return self.tails[f"x{scale:g}"](self.body(lr))


class Single(nn.Module):
    """Built for one scale, which it isn't told again; with a standard deviation for each pixel."""

    def __init__(self, scale, width=4, *, bad=False):
        super().__init__()
        self.body, self.tail = nn.Conv2d(3, width, 3, padding=1), tail(width, scale + bad)

    def forward(self, lr):
        sr = self.tail(self.body(lr))
        return srbench.Prediction(sr, sigma=sr.abs() + 0.1)


class Real(nn.Module):
    """For any scale: one step from the interpolated image, with the scale as a fourth channel."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1), nn.ReLU(), nn.Conv2d(4, 3, 3, padding=1))

    def forward(self, lr, scale):
        size = [round(side * scale) for side in lr.shape[2:]]
        start = functional.interpolate(lr, size, mode="bicubic")
        return start + self.layers(torch.cat([start, torch.full_like(start[:, :1], scale)], 1))


class Judge(nn.Module):
    """A discriminator with batch normalisation, which DDP treats in ways of its own."""

    def __init__(self):
        super().__init__()
        self.layers = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.LeakyReLU(), nn.Conv2d(4, 1, 3))

    def forward(self, image):
        return self.layers(image)


class Breaks(nn.Module):
    """Is NaN, or has a gradient that is NaN, in its call number `at`."""

    def __init__(self, at, *, gradient=False):
        super().__init__()
        self.at, self.gradient, self.calls = at, gradient, 0

    def forward(self, prediction, batch):
        self.calls += 1
        error = (prediction.sr - batch.hr).square().mean()
        if self.calls != self.at:
            return {"breaks": error}
        return {"breaks": (error * 0).sqrt() if self.gradient else error * float("nan")}


class Slow(nn.Module):
    """L1 that takes its time where TINY_SLOW says how many seconds, so that a training can be killed in the middle."""

    def forward(self, prediction, batch):
        time.sleep(float(os.environ.get("TINY_SLOW", "0")))
        return {"slow": (prediction.sr - batch.hr).abs().mean()}


class Sigma(nn.Module):
    """The negative log-likelihood of a Laplace distribution: works with a sigma only."""

    def forward(self, prediction, batch):
        return {"nll": ((prediction.sr - batch.hr).abs() / prediction.sigma + prediction.sigma.log()).mean()}


class Map(nn.Module):
    """Forgets the mean."""

    def forward(self, prediction, batch):
        return {"map": prediction.sr - batch.hr}


def tail(width, scale):
    return nn.Sequential(nn.Conv2d(width, 3 * scale * scale, 3, padding=1), nn.PixelShuffle(scale))


def recipe(name, *phases, model="tiny", **kwargs):
    cut = Cut({phase.name: Budget(4, 2, 6, 1e-3) for phase in phases})
    return Recipe(name, model, phases, ("DIV2K",), {"demo": cut}, hold_out=2, **kwargs)


def with_turns(*turns):
    return Phase("gan", (Term("l1"),), Budget(6, 4, 6, 1e-3), Adversary("judge", "srbench_tiny:Judge", turns=turns))


@srbench.hookimpl
def srbench_models():
    yield ModelSpec("tiny", "srbench_tiny:Joint", SCALES, joint=True)
    yield ModelSpec("tiny-single", "srbench_tiny:Single", SCALES)
    yield ModelSpec("tiny-real", "srbench_tiny:Real", joint=True)
    yield ModelSpec("tiny-bad", "srbench_tiny:Single", (2.0,), {"bad": True})


@srbench.hookimpl
def srbench_losses():
    yield LossSpec("breaks", "srbench_tiny:Breaks")
    yield LossSpec("sigma", "srbench_tiny:Sigma")
    yield LossSpec("slow", "srbench_tiny:Slow")
    yield LossSpec("map", "srbench_tiny:Map")


@srbench.hookimpl
def srbench_recipes():
    yield recipe("tiny", L1, GAN)
    yield recipe("tiny-other", L1, with_turns(Turn(("adversary",), 2), Turn(("network",), 1)), summary="begins alike")
    yield recipe("tiny-single", L1, model="tiny-single")
    yield recipe("tiny-sigma", Phase("l1", (Term("sigma"),), L1.budget), model="tiny-single")
    yield recipe("tiny-bad", L1, model="tiny-bad")
    yield recipe("tiny-breaks", Phase("l1", (Term("breaks", kwargs={"at": 30}),), L1.budget))
    yield recipe("tiny-gradient", Phase("l1", (Term("breaks", kwargs={"at": 30, "gradient": True}),), L1.budget))
    slow = (Term("slow"),)
    real = Phase("l1", slow, Budget(200, 4, 24, 1e-2))
    yield recipe("tiny-real", real, model="tiny-real", scales=(11 / 10, 23 / 10, 2.37, 3.0, 4.0), online=True)
    yield recipe("tiny-slow", replace(L1, losses=slow), replace(GAN, losses=slow, clip=0.1))
    yield recipe("tiny-map", Phase("l1", (Term("map"),), L1.budget))
