"""What a model may return instead of a plain SR tensor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor


@dataclass
class Prediction:
    """An SR image with what the model knows about it.

    `sr`: (B, C, H, W) float, RGB (or grey, C = 1) in [0, 1]; values outside are clipped when the image is written.
    `sigma`: (B, 1 or C, H, W) float > 0, the standard deviation of each pixel in the units of `sr`, or None.
    `aux`: whatever else a loss of the network's own asks for, by name; it is for training alone, and lost by ensembles
    and tiles.
    """

    sr: Tensor
    sigma: Tensor | None = None
    aux: Mapping[str, Tensor] = field(default_factory=dict)

    def map(self, change: Callable[[Tensor], Tensor]) -> Prediction:
        """The same with `change` made to every tensor."""
        sigma = None if self.sigma is None else change(self.sigma)
        return Prediction(change(self.sr), sigma, {name: change(value) for name, value in self.aux.items()})


if TYPE_CHECKING:
    Forward = Callable[[Tensor], Prediction]
    """A forward pass: LR (B, C, h, w) to a `Prediction` with SR (B, C, H, W)."""
