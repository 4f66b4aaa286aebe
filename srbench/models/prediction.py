"""The output of a model: an SR image, with its uncertainty and further tensors if the model predicts them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from torch import Tensor


@dataclass
class Prediction:
    """Output of a model: an SR image, with further outputs.

    `sr`: (B, C, H, W) float, RGB (or grey, C = 1) in [0, 1]; values outside are clipped when the image is written.
    `sigma`: (B, 1 or C, H, W) float > 0, the standard deviation of each pixel in the units of `sr`, or None.
    `aux`: further tensors by name for a loss that belongs to the network; used in training only, and dropped by
    ensembles and tiling.
    """

    sr: Tensor
    sigma: Tensor | None = None
    aux: Mapping[str, Tensor] = field(default_factory=dict)

    def map(self, change: Callable[[Tensor], Tensor]) -> Prediction:
        """Return a copy with `change` applied to every tensor."""
        sigma = None if self.sigma is None else change(self.sigma)
        return Prediction(change(self.sr), sigma, {name: change(value) for name, value in self.aux.items()})


if TYPE_CHECKING:
    Forward = Callable[[Tensor], Prediction]
    """A forward pass: LR (B, C, h, w) to a `Prediction` with SR (B, C, H, W)."""
