"""What a model may return instead of a plain SR tensor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch import Tensor


@dataclass
class Prediction:
    """An SR image with what the model knows about it.

    `sr`: (B, C, H, W) float, RGB (or grey, C = 1) in [0, 1]; values outside are clipped when the image is written.
    `sigma`: (B, 1 or C, H, W) float > 0, the standard deviation of each pixel in the units of `sr`, or None.
    """

    sr: Tensor
    sigma: Tensor | None = None
