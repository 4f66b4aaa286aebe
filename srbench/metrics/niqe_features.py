"""What NIQE looks at: the statistics of a block's normalised pixels (Mittal, Soundararajan, Bovik 2013, Section II)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from scipy.special import gamma

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW, SIGMA = 7, 7 / 6
FLAT = 1e-9
"""Grey levels. What is nearer than this to its local mean differs by rounding errors; the fit would count their signs,
which are noise, and move NIQE by up to 0.3 where there are flat areas."""
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""(rows, columns) that a block is rolled by so that each pixel meets a neighbour: beside, above, on both diagonals."""

SHAPES = np.arange(200, 10001) / 1000
"""The shape parameters that a fit chooses from, and below, what depends on nothing else."""
RATIOS = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))
BETWEEN = (RATIOS[1:] + RATIOS[:-1]) / 2
WIDTHS = np.sqrt(gamma(1 / SHAPES) / gamma(3 / SHAPES))
MEANS = gamma(2 / SHAPES) / gamma(1 / SHAPES)


class AsymmetricGaussian(NamedTuple):
    """Asymmetric generalised Gaussians (Eq. 4), one a block: arrays of `blocks` entries."""

    shape: NDArray[np.float64]
    left: NDArray[np.float64]
    """Width below 0; NaN for a block without a value there."""
    right: NDArray[np.float64]
    mean: NDArray[np.float64]
    """Eq. 7."""


def normalise(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean-subtracted, contrast-normalised pixels of an image in [0, 255] (Eq. 1 to 3), (H, W) like the image."""
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    mean = cv2.sepFilter2D(image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    power = cv2.sepFilter2D(image * image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.abs(power - mean * mean))
    difference = image - mean
    difference[np.abs(difference) < FLAT] = 0
    return np.asarray(difference / (deviation + 1), dtype=np.float64)


def block_features(normalised: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """(blocks, 18) features of (H, W) normalised pixels, both sides multiples of `block`; NaN where a block is flat."""
    width = normalised.shape[1]
    # A strip of blocks at a time, so that everything in between stays in the processor's cache.
    strips = normalised.reshape(-1, block, width // block, block).swapaxes(1, 2)
    return np.concatenate([_features(np.ascontiguousarray(strip)) for strip in strips])


def _features(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    pixels = fit(blocks)
    columns = [pixels.shape, (pixels.left + pixels.right) / 2]
    for neighbour in NEIGHBOURS:
        products = fit(blocks * np.roll(blocks, neighbour, axis=(1, 2)))
        columns += [products.shape, products.mean, products.left, products.right]
    return np.stack(columns, axis=1)


def fit(blocks: NDArray[np.float64]) -> AsymmetricGaussian:
    """Fitted to the values in each of `blocks`, (blocks, ...), by their moments (Lasmar, Stitou, Berthoumieu 2009).

    The shape of a block with values on one side of 0 only is the first of `SHAPES`, as in the authors' code.
    """
    values = blocks.reshape(len(blocks), -1)
    negative, positive = np.minimum(values, 0), np.maximum(values, 0)
    left_power = np.einsum("bn,bn->b", negative, negative)
    right_power = np.einsum("bn,bn->b", positive, positive)
    magnitude = positive.sum(axis=1) - negative.sum(axis=1)
    with np.errstate(invalid="ignore"):  # 0 / 0 is the NaN that is wanted
        left = np.sqrt(left_power / np.count_nonzero(values < 0, axis=1))
        right = np.sqrt(right_power / np.count_nonzero(values > 0, axis=1))
        ratio = magnitude**2 / (left_power + right_power) / values.shape[1]
    lean = left / right
    ratio *= (lean**3 + 1) * (lean + 1) / (lean**2 + 1) ** 2
    nearest = np.where(np.isnan(ratio), 0, np.searchsorted(BETWEEN, ratio))
    left *= WIDTHS[nearest]
    right *= WIDTHS[nearest]
    return AsymmetricGaussian(SHAPES[nearest], left, right, (right - left) * MEANS[nearest])
