"""PSNR between a model's sigma and its actual error (He and Cheng, probabilistic l1, Table 7)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from srbench.metrics.pll import error_and_sigma

if TYPE_CHECKING:
    from srbench.metrics.sample import Sample


def psnr_sigma(sample: Sample) -> float:
    """Compute -10 log10 of the mean over all pixels of (sigma - |HR - mu|)², in dB, images in [0, 1].

    Channels and crop border are those of `srbench.metrics.pll.pll`; the result is inf if sigma equals the error.

    Raises:
        Unavailable: under the conditions of `srbench.metrics.pll.pll`.
    """
    error, sigma = error_and_sigma(sample)
    mse = float(np.mean(np.square(sigma - error)))
    return -10 * math.log10(mse) if mse else math.inf
