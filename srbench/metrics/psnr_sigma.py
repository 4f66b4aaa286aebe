"""PSNR between a model's sigma and its actual error (He and Cheng, probabilistic l1, Table 7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from srbench.metrics.pll import error_and_sigma

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample


def psnr_sigma(sample: Sample) -> float:
    """-10 log10 of the mean over all pixels of (sigma - |HR - mu|)², in dB, images in [0, 1].

    Channels, border and `Unavailable` as in `srbench.metrics.pll.pll`; inf where sigma is the error itself.
    """
    error, sigma = error_and_sigma(sample)
    mse = float(np.mean(np.square(sigma - error)))
    return -10 * math.log10(mse) if mse else math.inf
