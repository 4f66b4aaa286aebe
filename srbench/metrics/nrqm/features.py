"""Features from which Ma's score is predicted (Ma, Yang, Yang, Yang 2017, Section 3.1), exact to the authors' code."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np

from srbench.errors import Unavailable
from srbench.metrics.nrqm.bands import WINDOW, band_features
from srbench.metrics.nrqm.blocks import block_features
from srbench.metrics.nrqm.conventions import AUTHORS, Conventions
from srbench.metrics.nrqm.normalisation import GUARD

if TYPE_CHECKING:
    from numpy.typing import NDArray

PATCH = 5
"""Height and width of the patches whose singular values are features, in pixels."""
SMALLEST = WINDOW + 2 * GUARD + 2
"""Least number of pixels of a side: 11 of a normalised band remain."""
RESOLUTIONS = 3
"""Full, half and quarter size."""
FLAT = 1e-6
"""Range in grey levels below which an image has no texture, only rounding errors."""


class Features(NamedTuple):
    """Features of an image by kind, each kind the input of a random forest."""

    local_frequency: NDArray[np.float64]
    """18 statistics of cosine transforms of blocks, 6 for each size."""
    global_frequency: NDArray[np.float64]
    """45 statistics of a steerable pyramid."""
    spatial: NDArray[np.float64]
    """75 singular values of the matrix of patches, 25 for each size, in descending order."""


def ma_features(image: NDArray[np.float64], conventions: Conventions = AUTHORS) -> Features:
    """Compute the 138 features of an image.

    Args:
        image: (H, W) in whole levels of [0, 255].
        conventions: The authors' conventions, or those of another implementation.

    Raises:
        Unavailable: if the image is too small for the features, or constant.
    """
    height, width = image.shape
    quarters = [side // 2 ** (RESOLUTIONS - 1) for side in image.shape]
    patches = -(-quarters[0] // PATCH) * -(-quarters[1] // PATCH)
    if min(height, width) < SMALLEST or patches < PATCH * PATCH:
        raise Unavailable(
            f"{width} x {height} pixels; needs {SMALLEST} x {SMALLEST}, and {PATCH * PATCH} patches of {PATCH} x "
            f"{PATCH} at quarter size, as of 84 x 84 pixels"
        )
    if np.ptp(image) < FLAT:
        raise Unavailable("all pixels are equal; needs texture")
    sizes = resolutions(image / 255)
    return Features(
        np.concatenate([block_features(size, conventions) for size in sizes]),
        band_features(image, conventions),
        np.concatenate([singular_values(size) for size in sizes]),
    )


def resolutions(image: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """Return the image at full, half and quarter size.

    It is filtered with a Gaussian of 3 x 3 and sigma 0.5, pixels beyond the border being 0, and every second row and
    column is kept, beginning with the second.
    """
    kernel = cv2.getGaussianKernel(3, 0.5)
    sizes = [image]
    for _ in range(RESOLUTIONS - 1):
        smooth = cv2.sepFilter2D(sizes[-1], -1, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
        sizes.append(np.asarray(smooth[1::2, 1::2], dtype=np.float64))
    return sizes


def singular_values(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the 25 singular values of the matrix whose columns are the distinct 5 x 5 patches of an (H, W) image.

    Incomplete patches at the right and at the bottom are filled with 0. The triangle of a QR decomposition has the same
    singular values as the matrix, and is small.
    """
    padded = np.pad(image, [(0, -side % PATCH) for side in image.shape])
    rows, columns = (side // PATCH for side in padded.shape)
    patches = padded.reshape(rows, PATCH, columns, PATCH).swapaxes(1, 2).reshape(-1, PATCH * PATCH)
    triangle = np.linalg.qr(patches, mode="r")
    return np.asarray(np.linalg.svd(triangle, compute_uv=False), dtype=np.float64)
