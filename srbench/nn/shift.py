"""The mean colour of the training set, taken off a network's input and put back on its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping

DIV2K_MEAN = (0.4488, 0.4371, 0.4040)
"""Mean RGB of DIV2K's training images in [0, 1] (Lim et al. 2017, EDSR)."""


class MeanShift(nn.Module):
    """Adds ``sign * mean`` to every pixel: (B, C, H, W) in, the same out.

    The shift is a constant, not a parameter: it is neither trained nor counted nor stored in checkpoints.
    """

    shift: Tensor

    def __init__(self, mean: tuple[float, ...] = DIV2K_MEAN, sign: Literal[-1, 1] = -1) -> None:
        super().__init__()
        self.register_buffer("shift", sign * torch.tensor(mean).view(-1, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """`x` + ``sign * mean``."""
        return x + self.shift


def drop_mean_shift(state: Mapping[str, Tensor], layer: str, shift: MeanShift) -> dict[str, Tensor]:
    """`state` without the 1x1 convolution `layer` that CARN's and EDSR's checkpoints keep their mean shift in.

    Raises `WeightsError` unless that convolution does exactly what `shift` does.
    """
    rest = dict(state)
    weight, bias = rest.pop(f"{layer}.weight", None), rest.pop(f"{layer}.bias", None)
    if weight is None or bias is None:
        raise WeightsError(f"the checkpoint has no mean shift {layer!r}: it is another network's")
    if not (torch.equal(weight[..., 0, 0], torch.eye(3)) and torch.allclose(bias, shift.shift.flatten())):
        raise WeightsError(f"the checkpoint's {layer!r} is no shift by {shift.shift.flatten().tolist()}")
    return rest
