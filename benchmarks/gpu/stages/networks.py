"""Agreement of every registered network on the device with the same network on the CPU, in float32."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch

from benchmarks.gpu.material import built, models
from benchmarks.gpu.stages.metrics import LIMIT, relative
from srbench.testing.network import SIZES, random_lr

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from benchmarks.gpu.material import Network
    from benchmarks.gpu.stage import Item, Settings, Values
    from srbench.specs.model import ModelSpec

DOUBLE = 1e-9
"""Largest relative difference in float64 by which a larger one in float32 is called rounding."""


def items(settings: Settings, _found: Mapping[str, Values]) -> Iterable[Item]:
    """List the networks."""
    for spec in models(settings):
        yield spec.name, partial(network, settings, spec)


@torch.no_grad()  # in inference mode `module.to` would make tensors that nothing else can use
def network(settings: Settings, spec: ModelSpec) -> Values:
    """Return how far SR on the device is from SR on the CPU; in float64 too, if it is further than the limit.

    What differs in float32 and agrees in float64 sums in another order. What differs in both is wrong, or depends on
    comparisons (sorting, rounding) that a last bit decides.
    """
    built_network = built(spec)
    lr = sized_lr(built_network)
    difference = differs(settings, built_network, lr)
    values: Values = {
        "scale": built_network.scale,
        "weights": built_network.weights or "seed 0",
        "relative difference": difference,
        "limit": LIMIT,
    }
    if not difference <= LIMIT:
        built_network.module.double()
        values["in float64"] = differs(settings, built_network, lr.double())
    return values


def sized_lr(built_network: Network) -> torch.Tensor:
    """Return random LR of the first size that the network takes.

    Raises:
        RuntimeError: that of the network for the larger size, if it takes neither.
    """
    small, large = (random_lr(built_network.spec, 1, *size) for size in SIZES)
    try:
        built_network.run(small)
    except (RuntimeError, ValueError, IndexError):
        return large
    return small


def differs(settings: Settings, built_network: Network, lr: torch.Tensor) -> float:
    """Return the relative difference of SR on both sides."""
    built_network.module.to("cpu")
    on_cpu = built_network.run(lr)
    built_network.module.to(settings.device)
    return relative(on_cpu, built_network.run(lr.to(settings.device)))
