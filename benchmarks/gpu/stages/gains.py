"""What bfloat16, channels-last and torch.compile gain in a forward pass and a training step, and what they change."""

from __future__ import annotations

import math
from contextlib import contextmanager, nullcontext
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.clock import milliseconds
from benchmarks.gpu.material import built, models, pair
from benchmarks.gpu.stages.metrics import relative
from srbench.models.call import call, prediction_of, scale_argument

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from torch import Tensor, nn

    from benchmarks.gpu.material import Network
    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.specs.model import ModelSpec


@dataclass(frozen=True)
class Variant:
    """A way to run a network, compared with plain float32."""

    name: str
    bf16: bool = False
    channels_last: bool = False
    compiled: bool = False
    benchmark: bool = False
    """Whether cuDNN tries its algorithms and takes the fastest."""


PLAIN = Variant("float32")
VARIANTS = (
    Variant("channels-last", channels_last=True),
    Variant("bfloat16", bf16=True),
    Variant("bfloat16, channels-last", bf16=True, channels_last=True),
    Variant("cudnn.benchmark", benchmark=True),
    Variant("cudnn.benchmark, bfloat16, channels-last", benchmark=True, bf16=True, channels_last=True),
    Variant("torch.compile", compiled=True),
    Variant("torch.compile, bfloat16, channels-last", compiled=True, bf16=True, channels_last=True),
)
HEIGHT, WIDTH = 720, 1280
BATCH, PATCH, STEPS = 16, 48, 20
"""Size of a training step, and the number of steps after which losses are compared."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List forward passes and training steps of two networks; compiled ones come last, as compiling takes long."""
    specs = models(settings)[: 1 if settings.quick else 2]
    for compiled in (False, True):
        for spec in specs:
            chosen = [variant for variant in VARIANTS if variant.compiled == compiled]
            for kind, function in (("forward", forward), ("training step", step)):
                for variant in chosen:
                    key = f"{spec.name}, {kind}: {variant.name}"
                    yield key, partial(function, settings, spec, variant)


def forward(settings: Settings, spec: ModelSpec, variant: Variant) -> Values:
    """Return the times of a forward pass to 1280 x 720, plain and as `variant`, and how far the outputs are apart."""
    network = built(spec, largest=True)
    height, width = (48, 64) if settings.quick else (HEIGHT, WIDTH)
    lr, hr = pair(height, width, int(network.enlarged))
    lr, hr = network.sized(lr).to(settings.device), network.sized(hr).to(settings.device)
    times, outputs = [], []
    with torch.no_grad():
        for setting in (PLAIN, variant):
            with ready(settings, network, setting) as (run, shaped, _):
                image = shaped(lr)
                outputs.append(run(image).float().clone())
                times.append(milliseconds(partial(run, image), settings.device, **_rounds(settings)))
    psnr = [decibels(output, hr) for output in outputs]
    return {
        "scale": network.scale,
        "weights": network.weights or "seed 0",
        "plain ms": times[0],
        "ms": times[1],
        "speed-up": times[0] / times[1],
        "largest difference": float((outputs[0] - outputs[1]).abs().max()),
        "relative difference": relative(*outputs),
        "PSNR": psnr[0] if network.weights else None,
        "PSNR drift": psnr[1] - psnr[0] if network.weights else None,
    }


def step(settings: Settings, spec: ModelSpec, variant: Variant) -> Values:
    """Return the times of a training step, plain and as `variant`, and the losses after equal steps from one start."""
    network = built(spec, largest=True)
    batch, patch = (2, 12) if settings.quick else (BATCH, PATCH)
    generator = torch.Generator().manual_seed(0)
    shapes = (patch, round(patch * network.enlarged))
    lr, hr = (torch.rand(batch, network.channels, side, side, generator=generator) for side in shapes)
    times, losses = [], []
    for setting in (PLAIN, variant):
        with ready(settings, network, setting) as (run, shaped, module):
            take = stepper(run, module, shaped(lr.to(settings.device)), shaped(hr.to(settings.device)))
            for _ in range(2 if settings.quick else STEPS):
                loss = take()
            losses.append(float(loss))
            times.append(milliseconds(take, settings.device, **_rounds(settings), calls=1 if settings.quick else 10))
    return {
        "scale": network.scale,
        "batch": batch,
        "patch": patch,
        "plain ms": times[0],
        "ms": times[1],
        "speed-up": times[0] / times[1],
        "loss": losses[0],
        "loss drift": losses[1] - losses[0],
    }


def stepper(run: Callable[[Tensor], Tensor], module: nn.Module, lr: Tensor, hr: Tensor) -> Callable[[], Tensor]:
    """Return a function that takes a step of Adam on L1, with its loss."""
    module.train()
    optimizer = torch.optim.Adam(module.parameters(), lr=1e-4, fused=True)

    def take() -> Tensor:
        optimizer.zero_grad()
        loss = torch.nn.functional.l1_loss(run(lr).float(), hr)
        loss.backward()
        optimizer.step()
        return loss.detach()

    return take


@contextmanager
def ready(
    settings: Settings, network: Network, variant: Variant
) -> Iterator[tuple[Callable[[Tensor], Tensor], Callable[[Tensor], Tensor], nn.Module]]:
    """Yield the network as a variant runs it, a function that lays out its images, and the module.

    The module is a copy: all variants start from the same weights.
    """
    layout = torch.channels_last if variant.channels_last else torch.contiguous_format
    module = deepcopy(network.module).to(settings.device).to(memory_format=layout)
    scale_as = scale_argument(module)
    called = torch.compile(module, backend="eager" if settings.quick else "inductor") if variant.compiled else module
    kind = settings.device.partition(":")[0]
    cast = partial(torch.autocast, kind, torch.bfloat16) if variant.bf16 else nullcontext
    before = torch.backends.cudnn.benchmark
    torch.backends.cudnn.benchmark = variant.benchmark

    def run(lr: Tensor) -> Tensor:
        with cast():
            return prediction_of(call(called, lr, network.enlarged, scale_as), network.spec.name).sr

    try:
        yield run, lambda image: image.contiguous(memory_format=layout), module
    finally:
        torch.backends.cudnn.benchmark = before
        if variant.compiled:
            torch.compiler.reset()


def decibels(sr: Tensor, hr: Tensor) -> float:
    """Return the PSNR over all channels, of values in [0, 1]."""
    error = float((sr.clamp(0, 1).double() - hr.double()).square().mean())
    return -10 * math.log10(error) if error else math.inf


def _rounds(settings: Settings) -> dict[str, float]:
    return {"rounds": 1} if settings.quick else {"rounds": 7, "seconds": 2.0}
