"""PSNR on the validation images: a quick estimate during training, not a measurement for a table."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

import torch

from srbench.imaging.hr_crop import hr_side
from srbench.metrics import Sample
from srbench.metrics.psnr import psnr
from srbench.models.tensors import to_tensor, to_uint8
from srbench.specs.protocol import STANDARD

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.data.training_set.training_set import TrainingSet
    from srbench.models.prediction import Prediction

LARGEST = 96
"""Largest side, in LR pixels, of the top-left part that is evaluated: whole DIV2K images would take longer than the
training."""

SPREAD = 4
"""Largest number of scales that are evaluated."""


def ignore(index: int, scale: float, sr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> None:
    """Do nothing with an SR image."""


@torch.no_grad()
def validate(
    forward: Callable[[Tensor, float], Prediction],
    images: TrainingSet,
    scales: Sequence[float],
    device: str,
    on_image: Callable[[int, float, NDArray[np.uint8], NDArray[np.uint8]], None] = ignore,
) -> float | None:
    """Return the mean PSNR in dB on Y over `images` and `scales`, as protocol `standard` measures it.

    Images whose part is restored exactly, with an infinite PSNR, are left out, as in tables.

    Args:
        forward: upscales LR, (1, 3, H, W) in [0, 1], by a scale.
        images: validation images.
        scales: scales of the network; of more than `SPREAD` that many are evaluated (see `spread`).
        device: device to compute on.
        on_image: called with the place of an image in `images`, scale, SR and HR of the part that is evaluated.

    Returns:
        The mean, or None without a finite value.
    """
    values = []
    for scale in spread(scales):
        for index, name in enumerate(images.names):
            lr = images.lr(index, scale)[:LARGEST, :LARGEST]
            height, width = (hr_side(side, scale) for side in lr.shape[:2])
            hr = images.hr(index, scale)[:height, :width]
            prediction = forward(to_tensor(lr, device), scale)
            sr = to_uint8(prediction.sr.float(), STANDARD.quantise)
            values.append(float(psnr(Sample(name, sr, hr, scale, STANDARD))))
            on_image(index, scale, sr, hr)
    finite = [value for value in values if math.isfinite(value)]
    return fmean(finite) if finite else None


def spread(scales: Sequence[float]) -> Sequence[float]:
    """Return `scales`, or `SPREAD` evenly spread ones including the smallest and the largest if there are more."""
    if len(scales) <= SPREAD:
        return scales
    last = len(scales) - 1
    ascending = sorted(scales)
    return [ascending[round(number * last / (SPREAD - 1))] for number in range(SPREAD)]
