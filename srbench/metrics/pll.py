"""Predictive log likelihood, which measures how well a model predicts its own errors.

Definition: He and Cheng, probabilistic l1, Eq. 11.
"""

from __future__ import annotations

from dataclasses import replace
from math import log, pi
from typing import TYPE_CHECKING

import numpy as np

from srbench.errors import Unavailable
from srbench.imaging.colour import AFFINE, as_rgb

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.metrics.sample import Sample

SIGMA_FLOOR = 1 / 255
"""Lower bound on sigma: one grey level, the precision of HR. The paper does not mention a bound."""
LUMA = AFFINE[:, :3].T
"""Weights of R, G and B in luma, as a (3, 1) matrix."""
FULL_RANGE = 255 / 219
"""Factor from differences in studio-range luma to differences in full-range luma."""


def pll(sample: Sample) -> float:
    """Compute the mean over all pixels of the log density of HR under the model's N(mu, sigma²), images in [0, 1].

    As for PSNR, the protocol selects the channels and the crop border. Higher is better; the maximum is
    -log(SIGMA_FLOOR sqrt(2 pi)) = 4.62.

    Raises:
        Unavailable: if the model predicts no sigma, there is no HR image, or border cropping leaves no pixel.
    """
    return gaussian_log_density(*error_and_sigma(sample))


def gaussian_log_density(error: NDArray[np.float64], sigma: NDArray[np.float64], floor: float = SIGMA_FLOOR) -> float:
    """Compute the mean over all pixels of log N(error; 0, max(sigma, floor)²).

    Args:
        error: Differences between HR and mu, or their absolute values.
        sigma: Standard deviations, in the shape of `error`.
        floor: Lower bound on sigma.
    """
    sigma = np.maximum(sigma, floor)
    return float(np.mean(-0.5 * np.square(error / sigma) - np.log(sigma))) - 0.5 * log(2 * pi)


def error_and_sigma(sample: Sample) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return (|HR - mu|, sigma), both (H, W, C) in [0, 1] with the crop border removed.

    mu is the network's output before its conversion to the uint8 of `sample.sr`. On luma (C = 1) sigma is the sum of
    the sigmas of R, G and B with luma's weights, because a network's errors in the three channels are nearly
    proportional. The paper's Table 7 must have been measured on luma: with any constant sigma, IMDN, whose PSNR equals
    EDSR-baseline's, reaches at most 39.6 dB on Set5 x2 on luma and 37.6 dB on RGB, and 39.08 is printed for EDSR.

    Raises:
        Unavailable: if the model predicts no sigma, there is no HR image, or border cropping leaves no pixel.
    """
    if sample.hr is None:
        raise Unavailable(f"{sample.name}: there is no HR image")
    if sample.sigma is None or sample.sr_float is None:
        raise Unavailable("the model predicts no sigma")
    border = sample.protocol.crop_border(sample.scale)
    inside = slice(border, -border or None)
    mu, sigma = (_with_channels(image)[inside, inside] for image in (sample.sr_float, sample.sigma))
    grey = sample.hr.ndim == 2 and mu.shape[2] == 1
    hr = _with_channels(sample.hr if grey else as_rgb(sample.hr))[inside, inside]
    if not hr.size:
        raise Unavailable(f"{sample.name}: cropping the border leaves no pixel; use a larger image")
    error, sigma = np.broadcast_arrays(hr / 255 - mu, sigma)
    if not grey and sample.protocol.colour != "rgb":
        weights = _luma_weights(sample)
        error, sigma = error @ weights, sigma @ weights
    return np.abs(error), sigma


def with_constant_sigma(sample: Sample, sigma: float) -> Sample:
    """Return a copy of `sample` with one sigma for all pixels, the baseline for a model without sigma (Section 4.6).

    `sigma` is the model's mean |HR - mu| over its training set, in [0, 1], on the channels of the protocol. On luma,
    the sigma of R, G and B is chosen so that their weighted sum is `sigma`.
    """
    grey = sample.hr is not None and sample.hr.ndim == 2 and sample.sr.ndim == 2
    per_channel = sigma if grey or sample.protocol.colour == "rgb" else sigma / float(_luma_weights(sample).sum())
    everywhere = np.full(sample.sr.shape[:2], per_channel, dtype=np.float32)
    return replace(sample, sigma=everywhere)


def _luma_weights(sample: Sample) -> NDArray[np.float64]:
    """Return the (3, 1) weights from RGB in [0, 1] to the protocol's luma in [0, 1]."""
    return LUMA * (FULL_RANGE if sample.protocol.colour == "y-full" else 1)


def _with_channels(image: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float64]:
    """Reshape an (H, W) or (H, W, C) image to (H, W, 1 or C)."""
    return image.reshape(*image.shape[:2], -1).astype(np.float64)
