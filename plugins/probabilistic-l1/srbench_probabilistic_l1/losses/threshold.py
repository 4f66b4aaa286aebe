"""Thresholding of errors: those below the average, mostly of flat regions, count as zero (Sec. 4.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from srbench import UsageError

if TYPE_CHECKING:
    from torch import Tensor

Threshold = Literal["none", "patch", "batch"]


def zero_below_mean(magnitude: Tensor, threshold: Threshold) -> Tensor:
    """Return `magnitude` (B, C, H, W), set to zero where it is below its mean.

    The mean is over each patch (``patch``) or over the batch (``batch``); with ``none``, nothing is set to zero. No
    gradient flows through the mean.
    """
    if threshold == "none":
        return magnitude
    fixed = magnitude.detach()
    mean = fixed.mean() if threshold == "batch" else fixed.mean((1, 2, 3), keepdim=True)
    return magnitude * (fixed >= mean)


def check_threshold(threshold: str) -> None:
    """Check that `threshold` is one of `Threshold`.

    Raises:
        UsageError: if it is not.
    """
    if threshold not in get_args(Threshold):
        raise UsageError(f"threshold {threshold!r}: expected one of {', '.join(get_args(Threshold))}")
