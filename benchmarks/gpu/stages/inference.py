"""Time, peak memory and largest batch of a forward pass to 1280 x 720, for each network."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.clock import milliseconds, synchronize
from benchmarks.gpu.material import built, models
from srbench.metrics.memory import forward_peak

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from torch import Tensor

    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.specs.model import ModelSpec

HEIGHT, WIDTH = 720, 1280
BATCHED = 8
"""Number of networks whose largest batch is looked for."""
LARGEST, SECONDS = 4096, 6.0
"""Largest batch that is tried, and the time for finding it."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List the networks at x4, or the largest scale below it."""
    for number, spec in enumerate(models(settings)):
        yield spec.name, partial(inference, settings, spec, batched=number < BATCHED)


@torch.no_grad()
def inference(settings: Settings, spec: ModelSpec, *, batched: bool) -> Values:
    """Return what a forward pass costs in float32, as srbench measures with it."""
    network = built(spec, largest=True)
    network.module.to(settings.device)
    size = network.lr_of(*((48, 64) if settings.quick else (HEIGHT, WIDTH)))
    lr = torch.rand(1, network.channels, *size, device=settings.device)
    network.run(lr)
    weights = sum(tensor.nbytes for tensor in (*network.module.parameters(), *network.module.buffers()))
    values: Values = {
        "scale": network.scale,
        "parameters": sum(parameter.numel() for parameter in network.module.parameters()),
        "ms": milliseconds(partial(network.run, lr), settings.device, rounds=1 if settings.quick else 11, seconds=1.0),
        "peak memory": forward_peak(network.run, lr) + weights + lr.nbytes,
    }
    if batched and (settings.quick or settings.device.startswith("cuda")):
        most = 2 if settings.quick else LARGEST
        values |= largest_batch(lambda count: attempt(network.run, lr, count), most, 1.0 if settings.quick else SECONDS)
    return values


def attempt(run: Callable[[Tensor], object], lr: Tensor, count: int) -> str:
    """Return why a batch of `count` images doesn't go through; empty: it does."""
    device = str(lr.device)
    try:
        run(lr.expand(count, -1, -1, -1).contiguous())
        synchronize(device)
    except torch.cuda.OutOfMemoryError:
        reason = "out of memory"
    except RuntimeError as error:
        reason = str(error).partition("\n")[0][:200]
    else:
        reason = ""
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
    return reason


def largest_batch(fault: Callable[[int], str], most: int, seconds: float) -> Values:
    """Return the largest batch that goes through, to an eighth of it: doubled until one fails, then halved in between.

    Args:
        fault: Returns why a batch of so many images does not go through; empty: it does.
        most: Largest batch to try.
        seconds: Time after which no further batch is tried; what has gone through by then is returned.
    """
    ends = time.monotonic() + seconds
    fits, fails, reason = 1, 0, ""
    while time.monotonic() < ends:
        if (fails and fails - fits <= max(1, fits // 8)) or fits == most:
            return {"largest batch": fits, "limited by": reason or f"{most} is the most that was tried"}
        count = (fits + fails) // 2 if fails else min(2 * fits, most)
        if text := fault(count):
            fails, reason = count, text
        else:
            fits = count
    return {"largest batch": fits, "limited by": f"the time; {fails} is too large: {reason}" if fails else "the time"}
