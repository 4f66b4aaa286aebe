"""NIQE's features: statistics of the normalised pixels of a block (Mittal, Soundararajan, Bovik 2013, Section II)."""

from __future__ import annotations

from itertools import product
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
"""Reason why an image without any texture has no NIQE."""
WINDOW, SIGMA = 7, 7 / 6
"""Side and standard deviation of the Gaussian window of local means, in pixels."""
KERNEL = cv2.getGaussianKernel(WINDOW, SIGMA)
STRIP = 64
"""Number of rows that are normalised at once."""
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
"""Squared mean of absolute values divided by the variance, of a generalised Gaussian of each shape; it rises."""
BETWEEN = (RATIOS[1:] + RATIOS[:-1]) / 2
"""Midpoints of neighbouring ratios, by which the nearest shape is found."""
WIDTHS = np.sqrt(gamma(1 / SHAPES) / gamma(3 / SHAPES))
"""Width parameter divided by the standard deviation."""
MEANS = gamma(2 / SHAPES) / gamma(1 / SHAPES)
"""Mean of the absolute value divided by the width parameter."""


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
    result = np.empty(image.shape)
    half = WINDOW // 2
    # One strip at a time, and the rows that its windows reach, so that intermediate arrays fit into the cache.
    for top in range(0, len(image), STRIP):
        first = max(top - half, 0)
        strip = _normalised(image[first : top + STRIP + half])
        result[top : top + STRIP] = strip[top - first :][:STRIP]
    return result


def _normalised(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return a strip of an image normalised as by `normalise`."""
    mean, power = (
        np.asarray(cv2.sepFilter2D(x, -1, KERNEL, KERNEL, borderType=cv2.BORDER_REPLICATE), dtype=np.float64)
        for x in (image, image * image)
    )
    difference = image - mean
    flat = np.abs(difference) < FLAT
    if flat.any():
        difference[flat] = 0
    power -= np.square(mean, out=mean)
    np.abs(power, out=power)
    np.sqrt(power, out=power)
    power += 1
    difference /= power
    return difference


def block_features(normalised: NDArray[np.float64], block: int) -> NDArray[np.float64]:
    """Compute the (blocks, 18) features of (H, W) normalised pixels; undefined features of flat blocks are NaN.

    Both sides of the image must be multiples of `block`.
    """
    width = normalised.shape[1]
    # One strip of blocks at a time, so that intermediate arrays fit into the processor's cache.
    strips = normalised.reshape(-1, block, width // block, block).swapaxes(1, 2)
    return np.concatenate([_features(np.ascontiguousarray(strip)) for strip in strips])


def _features(blocks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the (blocks, 18) features of (blocks, side, side) normalised pixels."""
    pixels = fit(blocks)
    columns = [pixels.shape, (pixels.left + pixels.right) / 2]
    for neighbour in NEIGHBOURS:
        products = fit(_products(blocks, neighbour))
        columns += [products.shape, products.mean, products.left, products.right]
    return np.stack(columns, axis=1)


def _products(blocks: NDArray[np.float64], shift: tuple[int, int]) -> NDArray[np.float64]:
    """Return ``blocks * np.roll(blocks, shift, axis=(1, 2))``, without the copies that `np.roll` makes."""
    products = np.empty_like(blocks)
    for (to_rows, rows), (to_columns, columns) in product(*map(_parts, shift)):
        np.multiply(blocks[:, to_rows, to_columns], blocks[:, rows, columns], out=products[:, to_rows, to_columns])
    return products


def _parts(shift: int) -> list[tuple[slice, slice]]:
    """Return the two parts of an axis that is rolled by a shift, each as (place in the result, place in the source)."""
    if not shift:
        return [(slice(None), slice(None))]
    return [(slice(shift, None), slice(None, -shift)), (slice(None, shift), slice(-shift, None))]


def fit(blocks: NDArray[np.float64]) -> AsymmetricGaussian:
    """Fit a distribution to the values of each block, (blocks, ...), by moments (Lasmar, Stitou, Berthoumieu 2009).

    A block whose values are all on one side of 0 gets the first of `SHAPES`, as in the authors' code.
    """
    values = blocks.reshape(len(blocks), -1)
    negative, positive = np.minimum(values, 0), np.maximum(values, 0)
    left_power, right_power = (np.array([cv2.norm(x, cv2.NORM_L2SQR) for x in part]) for part in (negative, positive))
    magnitude = np.array([cv2.norm(block, cv2.NORM_L1) for block in values])
    with np.errstate(invalid="ignore"):  # 0 / 0 gives NaN on purpose
        left = np.sqrt(left_power / _non_zero(negative))
        right = np.sqrt(right_power / _non_zero(positive))
        ratio = magnitude**2 / (left_power + right_power) / values.shape[1]
    asymmetry = left / right
    ratio *= (asymmetry**3 + 1) * (asymmetry + 1) / (asymmetry**2 + 1) ** 2
    nearest = np.where(np.isnan(ratio), 0, np.searchsorted(BETWEEN, ratio))
    left *= WIDTHS[nearest]
    right *= WIDTHS[nearest]
    return AsymmetricGaussian(SHAPES[nearest], left, right, (right - left) * MEANS[nearest])


def _non_zero(blocks: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the number of values of each block that are not 0; NumPy takes longer along an axis."""
    return np.array([cv2.countNonZero(block) for block in blocks], dtype=np.int64)
