"""The 18 natural scene statistics of a block, for NIQE (Mittal, Soundararajan, Bovik 2013, Section II)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import cv2
import numpy as np
from scipy.special import gamma

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEATURES = 18
WINDOW, SIGMA = 7, 7 / 6
FLAT = 1e-9
"""Grey levels from the local mean under which a pixel lies on it: rounding error, whose sign means nothing."""
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Rows down and columns to the right that a block is rolled by to pair each pixel with a neighbour."""

SHAPES = np.arange(200, 10001) / 1000
"""The shape parameters that a fit chooses from."""
RATIOS = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))
BETWEEN = (RATIOS[1:] + RATIOS[:-1]) / 2
WIDTHS = np.sqrt(gamma(1 / SHAPES) / gamma(3 / SHAPES))
MEANS = gamma(2 / SHAPES) / gamma(1 / SHAPES)


def normalise(image: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The mean-subtracted contrast-normalised image (Eq. 1) and the local deviation (Eq. 3), both (H, W)."""
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    mean = cv2.sepFilter2D(image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    power = cv2.sepFilter2D(image * image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.abs(power - mean * mean))
    difference = image - mean
    difference[np.abs(difference) < FLAT] = 0
    return difference / (deviation + 1), deviation


def block_features(image: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """(blocks, 18) features of a normalised image, (H, W), whose sides are multiples of `block`; blocks row by row.

    A block without a pixel below or above 0 (a flat one) has NaN among its features.
    """
    width = image.shape[1]
    strips = (strip.reshape(block, width // block, block).swapaxes(0, 1) for strip in image.reshape(-1, block, width))
    return np.concatenate([_features(np.ascontiguousarray(strip)) for strip in strips])


def _features(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    shape, left, right = asymmetric_gaussian(blocks)
    columns = [SHAPES[shape], (left + right) / 2]
    for neighbour in NEIGHBOURS:
        shape, left, right = asymmetric_gaussian(blocks * np.roll(blocks, neighbour, axis=(1, 2)))
        columns += [SHAPES[shape], (right - left) * MEANS[shape], left, right]
    return np.stack(columns, axis=1)


def asymmetric_gaussian(
    blocks: NDArray[np.float64],
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Asymmetric generalised Gaussians (Eq. 5), fitted to (blocks, h, w) values by their moments (Lasmar 2009).

    (index into `SHAPES`, left width, right width), each of `blocks` entries; a width is NaN where a block has no value
    on its side of 0, and the shape then is the first of `SHAPES`, as in the authors' code.
    """
    values = blocks.reshape(len(blocks), -1)
    negative, positive = np.minimum(values, 0), np.maximum(values, 0)
    left_power = np.einsum("bn,bn->b", negative, negative)
    right_power = np.einsum("bn,bn->b", positive, positive)
    magnitude = positive.sum(axis=1) - negative.sum(axis=1)
    with np.errstate(invalid="ignore"):
        left = np.sqrt(left_power / np.count_nonzero(values < 0, axis=1))
        right = np.sqrt(right_power / np.count_nonzero(values > 0, axis=1))
        lean = left / right
        ratio = magnitude**2 / (left_power + right_power) / values.shape[1]
    ratio *= (lean**3 + 1) * (lean + 1) / (lean**2 + 1) ** 2
    shape = np.where(np.isnan(ratio), 0, np.searchsorted(BETWEEN, ratio))
    return shape, left * WIDTHS[shape], right * WIDTHS[shape]
