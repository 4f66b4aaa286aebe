"""How good the network is on the images held out: a quick look, not a measurement for a table."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING

import torch

from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.models.tensors import to_tensor, to_uint8
from srbench.specs.protocol import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from torch import Tensor

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.models.prediction import Prediction

LARGEST = 96
"""LR pixels a side of the top left part that is looked at: DIV2K's whole images would take longer than the training."""

SPREAD = 4
"""Scales that are looked at, of a network that learns more."""


@torch.no_grad()
def validate(
    forward: Callable[[Tensor, float], Prediction], images: TrainingSet, scales: Sequence[float], device: str
) -> float | None:
    """Mean PSNR in dB on Y, over `images` and `scales`, as protocol `standard` measures; None without images.

    Of more than `SPREAD` scales it takes so many, the smallest and the largest among them, evenly spread.
    NaN and infinite values stay what they are.
    """
    values = []
    for scale in spread(scales):
        for index, name in enumerate(images.names):
            lr = images.lr(index, scale)[:LARGEST, :LARGEST]
            height, width = (round(side * scale) for side in lr.shape[:2])
            hr = images.hr(index, scale)[:height, :width]
            prediction = forward(to_tensor(lr, device), scale)
            sr = to_uint8(prediction.sr.float(), STANDARD.quantise)
            values.append(float(psnr(Sample(name, sr, hr, scale, STANDARD))))
    return fmean(values) if values else None


def spread(scales: Sequence[float]) -> Sequence[float]:
    """`scales`, or `SPREAD` of them where there are more."""
    if len(scales) <= SPREAD:
        return scales
    last = len(scales) - 1
    ascending = sorted(scales)
    return [ascending[round(turn * last / (SPREAD - 1))] for turn in range(SPREAD)]
