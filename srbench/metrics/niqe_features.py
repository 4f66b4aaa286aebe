"""NIQE's features: statistics of the normalised pixels of a block (Mittal, Soundararajan, Bovik 2013, Section II)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
from scipy.special import gamma

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from numpy.typing import NDArray

BLOCK = 96
"""Height and width of a block at full size, in pixels."""
NO_TEXTURE = f"every block of {BLOCK} x {BLOCK} is flat; needs one with texture"
"""Why an image without any texture has no NIQE."""
WINDOW, SIGMA = 7, 7 / 6
FLAT = 1e-9
"""Threshold in grey levels below which a difference from the local mean counts as 0.

Smaller differences are rounding errors; the fit would count their random signs and change NIQE by up to 0.3 for images
with flat areas.
"""
NEIGHBOURS = ((0, 1), (1, 0), (1, 1), (1, -1))
"""Shifts (rows, columns) that align each pixel with a neighbour: horizontal, vertical and on both diagonals."""

SHAPES = np.arange(200, 10001) / 1000
"""Candidate shape parameters of the fit; the arrays below are functions of them."""
RATIOS = gamma(2 / SHAPES) ** 2 / (gamma(1 / SHAPES) * gamma(3 / SHAPES))
BETWEEN = (RATIOS[1:] + RATIOS[:-1]) / 2
WIDTHS = np.sqrt(gamma(1 / SHAPES) / gamma(3 / SHAPES))
MEANS = gamma(2 / SHAPES) / gamma(1 / SHAPES)


class AsymmetricGaussian(NamedTuple):
    """Asymmetric generalised Gaussians (Eq. 4), one per block: arrays of `blocks` entries."""

    shape: NDArray[np.float64]
    left: NDArray[np.float64]
    """Width below 0; NaN for a block without negative values."""
    right: NDArray[np.float64]
    """Width above 0; NaN for a block without positive values."""
    mean: NDArray[np.float64]
    """Mean of the distribution (Eq. 7)."""


def whole_blocks(height: int, width: int) -> tuple[int, int]:
    """Return the height and width of the complete blocks of an image.

    Raises:
        Unavailable: if there is none.
    """
    if min(height, width) < BLOCK:
        raise Unavailable(f"{width} x {height} pixels; needs a block of {BLOCK} x {BLOCK}")
    return height - height % BLOCK, width - width % BLOCK


def normalise(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Subtract the local mean of an (H, W) image in [0, 255] and normalise its local contrast (Eq. 1 to 3)."""
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    mean = cv2.sepFilter2D(image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    power = cv2.sepFilter2D(image * image, -1, kernel, kernel, borderType=cv2.BORDER_REPLICATE)
    deviation = np.sqrt(np.abs(power - mean * mean))
    difference = image - mean
    difference[np.abs(difference) < FLAT] = 0
    return np.asarray(difference / (deviation + 1), dtype=np.float64)


def block_features(normalised: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Compute the (blocks, 18) features of (H, W) normalised pixels; undefined features of flat blocks are NaN.

    Both sides of the image must be multiples of `block`.
    """
    width = normalised.shape[1]
    # One strip of blocks at a time, so that intermediate arrays fit into the processor's cache.
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
    """Fit a distribution to the values of each block, (blocks, ...), by moments (Lasmar, Stitou, Berthoumieu 2009).

    A block whose values are all on one side of 0 gets the first of `SHAPES`, as in the authors' code.
    """
    values = blocks.reshape(len(blocks), -1)
    negative, positive = np.minimum(values, 0), np.maximum(values, 0)
    left_power = np.einsum("bn,bn->b", negative, negative)
    right_power = np.einsum("bn,bn->b", positive, positive)
    magnitude = positive.sum(axis=1) - negative.sum(axis=1)
    with np.errstate(invalid="ignore"):  # 0 / 0 gives NaN on purpose
        left = np.sqrt(left_power / np.count_nonzero(values < 0, axis=1))
        right = np.sqrt(right_power / np.count_nonzero(values > 0, axis=1))
        ratio = magnitude**2 / (left_power + right_power) / values.shape[1]
    lean = left / right
    ratio *= (lean**3 + 1) * (lean + 1) / (lean**2 + 1) ** 2
    nearest = np.where(np.isnan(ratio), 0, np.searchsorted(BETWEEN, ratio))
    left *= WIDTHS[nearest]
    right *= WIDTHS[nearest]
    return AsymmetricGaussian(SHAPES[nearest], left, right, (right - left) * MEANS[nearest])
