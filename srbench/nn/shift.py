"""Mean-colour shift: the training set's mean RGB, subtracted from a network's input and added to its output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import torch
from torch import Tensor, nn

from srbench.errors import WeightsError

if TYPE_CHECKING:
    from collections.abc import Mapping

DIV2K_MEAN = (0.4488, 0.4371, 0.4040)
"""Mean RGB of the DIV2K training images, in [0, 1] (Lim et al. 2017, EDSR)."""


class MeanShift(nn.Module):
    """Layer that adds ``sign * mean`` to every pixel of a (B, C, H, W) tensor.

    The shift is a constant, not a parameter: it is neither trained, nor counted, nor stored in checkpoints.
    """

    shift: Tensor
    operations_per_value: int
    """Mult-adds for each output value of the 1x1 convolution with bias that this layer is in other code; 0 if the shift
    is zero, so that other code has no such layer."""

    def __init__(self, mean: tuple[float, ...] = DIV2K_MEAN, sign: Literal[-1, 1] = -1) -> None:
        super().__init__()
        self.operations_per_value = len(mean) + 1 if any(mean) else 0
        self.register_buffer("shift", sign * torch.tensor(mean).view(-1, 1, 1), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return ``x + sign * mean``."""
        return x + self.shift


def drop_mean_shift(state: Mapping[str, Tensor], layer: str, shift: MeanShift) -> dict[str, Tensor]:
    """Return `state` without the 1x1 convolution that stores the mean shift in CARN's and EDSR's checkpoints.

    Args:
        state: State dict of the checkpoint.
        layer: Name of the convolution in `state`.
        shift: Mean shift that the convolution must be equal to, at the precision of float32, float16 or bfloat16.

    Raises:
        WeightsError: if the convolution is missing or does not do exactly what `shift` does.
    """
    rest = dict(state)
    weight, bias = rest.pop(f"{layer}.weight", None), rest.pop(f"{layer}.bias", None)
    if weight is None or bias is None:
        raise WeightsError(f"the checkpoint has no mean-shift layer {layer!r}; it belongs to another network")
    mean = shift.shift.flatten()
    means = (mean.to(precision).float() for precision in (torch.float32, torch.float16, torch.bfloat16))
    plain = weight.shape == (3, 3, 1, 1) and torch.equal(weight[..., 0, 0].float(), torch.eye(3))
    if not (plain and bias.shape == mean.shape and any(torch.allclose(bias.float(), rounded) for rounded in means)):
        raise WeightsError(
            f"layer {layer!r} is not a shift by {shift.shift.flatten().tolist()}, which this network keeps fixed; "
            "restore its released values, or name a checkpoint whose mean shift was not trained"
        )
    return rest
