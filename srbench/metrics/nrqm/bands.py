"""Statistics of the bands of a steerable pyramid (Ma et al. 2017, Section 3.1: global frequency features)."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import cv2
import numpy as np

from srbench.imaging.resize import weights
from srbench.metrics.nrqm.normalisation import GUARD, normalised
from srbench.metrics.nrqm.pyramid import ORIENTATIONS, steerable_pyramid
from srbench.metrics.nrqm.shape import shape_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from srbench.metrics.nrqm.conventions import Conventions

WINDOW, SIGMA = 11, 1.5
"""Side and standard deviation of the Gaussian window of the structural similarity, in pixels."""
C2 = (0.03 * 255) ** 2
"""Constant of the structural similarity (`srbench.metrics.ssim`)."""
STRIP = 32
"""Rows whose structure is computed at once, so that intermediate arrays fit into the processor's cache."""


def band_features(image: NDArray[np.float64], conventions: Conventions) -> NDArray[np.float64]:
    """Compute the 45 features of an (H, W) image in [0, 255].

    The features are the shapes of 12 normalised bands and of 6 pairs of a band and its parent, and the structural
    similarity of 12 bands to the high-pass residual and of the 15 pairs of orientations at the first scale.
    """
    high, (fine, coarse) = steerable_pyramid(image)
    size = high.shape
    enlarged = [resized(band, size, (size[0] / band.shape[0], size[1] / band.shape[1])) for band in coarse]
    exact = conventions.resize_to_size or size == (2 * coarse[0].shape[0], 2 * coarse[0].shape[1])
    parents = enlarged if exact else [resized(band, size, (2, 2)) for band in coarse]
    last = ORIENTATIONS - conventions.parentless
    first = normalised(fine, [*parents[:last], *[None] * conventions.parentless], GUARD)
    second = normalised(coarse, [None] * ORIENTATIONS, GUARD // 2)
    shapes = [shape_of(band) for band in (*first, *second)]
    shapes += [shape_of(np.concatenate([a.ravel(), b.ravel()])) for a, b in zip(first, second, strict=True)]
    across = structures([high, *fine, *enlarged], [(0, band) for band in range(1, 2 * ORIENTATIONS + 1)], conventions)
    between = structures(first, combinations(range(ORIENTATIONS), 2), conventions)
    return np.array([*shapes, *across, *between])


def resized(band: NDArray[np.float64], size: tuple[int, int], scale: tuple[float, float]) -> NDArray[np.float64]:
    """Resize a band as MATLAB's ``imresize`` does, by a factor of its own for each side, and crop it to `size`."""
    rows, columns = (
        weights(n_in, n_out, float(factor), "bicubic", "symmetric")
        for n_in, n_out, factor in zip(band.shape, size, scale, strict=True)
    )
    return np.asarray((columns @ (rows @ band).T).T, dtype=np.float64)


def structures(
    images: Sequence[NDArray[np.float64]], pairs: Iterable[tuple[int, int]], conventions: Conventions
) -> NDArray[np.float64]:
    """Compute the mean structural similarity (contrast and structure, without luminance) of pairs of images.

    Args:
        images: Arrays of equal (H, W), at least 11 x 11.
        pairs: Indices of the images to compare.
        conventions: Whether negative values count as 0.
    """
    pairs = list(pairs)
    height, width = (side - WINDOW + 1 for side in images[0].shape)
    sums = np.zeros(len(pairs))
    for top in range(0, height, STRIP):
        rows = slice(top, min(top + STRIP, height) + WINDOW - 1)
        strips = [np.ascontiguousarray(image[rows]) for image in images]
        means = [_windowed_mean(strip) for strip in strips]
        variances = [_windowed_mean(strip * strip) - mean * mean for strip, mean in zip(strips, means, strict=True)]
        for number, (a, b) in enumerate(pairs):
            covariance = _windowed_mean(strips[a] * strips[b]) - means[a] * means[b]
            similarity = (2 * covariance + C2) / (variances[a] + variances[b] + C2)
            sums[number] += np.sum(np.maximum(similarity, 0) if conventions.clip_structure else similarity)
    return np.asarray(sums / (height * width), dtype=np.float64)


def _windowed_mean(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compute the Gaussian-weighted mean at every position where the window lies inside the image."""
    kernel = cv2.getGaussianKernel(WINDOW, SIGMA)
    half = WINDOW // 2
    return np.asarray(cv2.sepFilter2D(image, -1, kernel, kernel)[half:-half, half:-half], dtype=np.float64)
