"""Predictive log likelihood: how well a model knows its own errors (He and Cheng, probabilistic l1, Eq. 11)."""

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
"""One grey level: HR is known no better. The paper names no floor."""
LUMA = AFFINE[:, :3].T
FULL_RANGE = 255 / 219
"""From a difference in studio-range luma to the same in full-range luma."""


def pll(sample: Sample) -> float:
    """Mean over all pixels of the log density of HR under the model's N(mu, sigma²), images in [0, 1].

    On the channels and without the border of the protocol, as PSNR; higher is better, and at most
    -log(SIGMA_FLOOR sqrt(2 pi)), which is 4.62. Raises `Unavailable` where the model predicts no sigma, and where
    shaving leaves nothing.
    """
    return gaussian_log_density(*error_and_sigma(sample))


def gaussian_log_density(error: NDArray[np.float64], sigma: NDArray[np.float64], floor: float = SIGMA_FLOOR) -> float:
    """Mean over all pixels of log N(error; 0, max(sigma, floor)²), for two arrays of one shape."""
    sigma = np.maximum(sigma, floor)
    return float(np.mean(-0.5 * np.square(error / sigma) - np.log(sigma))) - 0.5 * log(2 * pi)


def error_and_sigma(sample: Sample) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """(|HR - mu|, sigma), both (H, W, C) in [0, 1], border shaved; mu is what became uint8 in `sample.sr`.

    On luma (C = 1) sigma is the sum of R's, G's and B's, weighted as they are: a network's errors in the three are
    nearly proportional. The paper's Table 7 must be on luma: with any constant sigma IMDN, EDSR-baseline's equal in
    PSNR, has 39.6 dB on Set5 x2 at best there and 37.6 dB on RGB; 39.08 is printed for EDSR. Raises `Unavailable` as
    `pll` does.
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
        raise Unavailable(f"{sample.name}: shaving the border leaves no pixel of it")
    error, sigma = np.broadcast_arrays(hr / 255 - mu, sigma)
    if not grey and sample.protocol.colour != "rgb":
        weights = _luma_weights(sample)
        error, sigma = error @ weights, sigma @ weights
    return np.abs(error), sigma


def with_constant_sigma(sample: Sample, sigma: float) -> Sample:
    """The baseline for a model that predicts no sigma (Section 4.6): one number for all pixels.

    It is the model's mean |HR - mu| over its training set, in [0, 1], on the channels of the protocol: on luma, R, G
    and B get what adds up to it.
    """
    grey = sample.hr is not None and sample.hr.ndim == 2 and sample.sr.ndim == 2
    of_each = sigma if grey or sample.protocol.colour == "rgb" else sigma / float(_luma_weights(sample).sum())
    return replace(sample, sigma=np.full(sample.sr.shape[:2], of_each, dtype=np.float32))


def _luma_weights(sample: Sample) -> NDArray[np.float64]:
    """(3, 1): from RGB in [0, 1] to the protocol's luma in [0, 1]."""
    return LUMA * (FULL_RANGE if sample.protocol.colour == "y-full" else 1)


def _with_channels(image: NDArray[np.float32] | NDArray[np.uint8]) -> NDArray[np.float64]:
    """(H, W) or (H, W, C) -> (H, W, 1 or C)."""
    return image.reshape(*image.shape[:2], -1).astype(np.float64)
