"""Errors under the average count as zero (Sec. 4.3): the easy pixels, which are mostly flat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from srbench.errors import UsageError

if TYPE_CHECKING:
    from torch import Tensor

Threshold = Literal["none", "patch", "batch"]


def hard(magnitude: Tensor, threshold: Threshold) -> Tensor:
    """`magnitude` (B, C, H, W), zero where it is under its mean over the ``patch``, over the ``batch``, or never.

    No gradient reaches the mean.
    """
    if threshold == "none":
        return magnitude
    fixed = magnitude.detach()
    mean = fixed.mean() if threshold == "batch" else fixed.mean((1, 2, 3), keepdim=True)
    return magnitude * (fixed >= mean)


def check_threshold(threshold: str) -> None:
    """Raises `UsageError` for a name that isn't one of `Threshold`."""
    if threshold not in get_args(Threshold):
        raise UsageError(f"threshold {threshold!r}: expected one of {', '.join(get_args(Threshold))}")
