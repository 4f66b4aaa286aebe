"""Remarks on the range of a network's output and on initial weights, for readers of the numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch.nn.parameter import is_lazy

if TYPE_CHECKING:
    from torch import Tensor, nn

    from srbench.models.build import Build

MARGIN = 0.1
"""Distance from [0, 1] up to which values are taken for overshoot beside edges, not for another range."""


@dataclass
class OutputRange:
    """Range of the values in all SR images of a network."""

    values: int = 0
    """Number of finite values."""
    outside: int = 0
    """Number of values farther than `MARGIN` outside [0, 1]."""
    low: float = math.inf
    high: float = -math.inf

    def add(self, sr: Tensor) -> None:
        """Count the values of an SR image; those that are not finite are left out."""
        if not sr.numel():
            return
        finite, low, high = sr, *map(float, sr.aminmax())
        if not (math.isfinite(low) and math.isfinite(high)):
            finite = sr[sr.isfinite()]
            if not finite.numel():
                return
            low, high = map(float, finite.aminmax())
        self.values += finite.numel()
        if low < -MARGIN or high > 1 + MARGIN:  # most images need no second look
            self.outside += int(((finite < -MARGIN) | (finite > 1 + MARGIN)).sum())
        self.low, self.high = min(self.low, low), max(self.high, high)

    @property
    def remark(self) -> str:
        """Remark for readers of the numbers if most values are far outside [0, 1]; else empty."""
        if 2 * self.outside <= self.values:
            return ""
        return (
            f"{self.outside / self.values:.0%} of the network's output lies outside [0, 1] (it spans {self.low:.3g} to "
            f"{self.high:.3g}) and is clipped: does it work in another range, such as 0..255? srbench gives RGB in "
            "[0, 1] and expects the same"
        )


def initial_weights(model: nn.Module, build: Build) -> str:
    """Return a remark on the weights of a network that was built and not loaded; empty if it has none.

    The network is built once more: weights that differ between the two are drawn at random.
    """
    state = model.state_dict()
    if not any(True for _ in model.parameters()):
        return ""
    try:
        other = build().state_dict()
        drawn = [name for name, tensor in state.items() if not _same(tensor, other[name])]
    except (RuntimeError, KeyError, TypeError, ValueError, OSError):
        drawn = []
    if drawn:
        return (
            f"untrained: no --weights, and {len(drawn)} of {len(state)} weight tensors are drawn at random when the "
            f"network is built ({', '.join(drawn[:2])}{', ...' if len(drawn) > 2 else ''})"
        )
    return "no --weights: measured with the weights that the network's constructor sets"


def _same(first: Tensor, second: Tensor) -> bool:
    if is_lazy(second):  # drawn when the network first sees an image
        return False
    return first.shape == second.shape and torch.equal(first.cpu(), second.cpu())
