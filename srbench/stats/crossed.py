"""Test of the mean of differences that vary by seed and by image, both drawn at random and crossed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

LEVEL = 0.95
"""Confidence level of the interval."""


@dataclass(frozen=True)
class Noise:
    """Variances of a difference that is measured on every image for every seed: d = mean + seed + image + rest.

    Each is an estimate without bias, cut at 0 (the method of moments, from the mean squares of a two-way table).
    """

    seeds: float
    """Variance between seeds that all images share."""
    images: float
    """Variance between images that all seeds share."""
    rest: float
    """Variance of what a single seed does to a single image."""


@dataclass(frozen=True)
class CrossedTest:
    """Test of the mean of differences against 0, for other seeds and other images of the same kind."""

    seeds: int
    images: int
    difference: float
    """Mean over all seeds and images."""
    error: float
    """Standard error of `difference`."""
    freedom: float
    """Degrees of freedom of the t distribution."""
    interval: tuple[float, float] | None
    """95 % interval of `difference`; None if there is a single value."""
    p: float
    """Two-sided p value; NaN if there is a single value."""
    noise: Noise | None
    """Variances; None unless there are two seeds and two images or more."""
    p_fewest: float = math.nan
    """P value with the fewest degrees of freedom that seeds or images have, mostly those of the seeds.

    It is never too small. Satterthwaite's degrees of freedom are estimated: where three seeds happen to agree they come
    out too many, and a small `p` too small.
    """


def crossed(differences: Sequence[Sequence[float]]) -> CrossedTest:
    """Return the test of `differences`, one line a seed, one column an image.

    Seeds and images are crossed random effects (Baayen, Davidson and Bates 2008). The squared standard error is the sum
    of that over the seeds' means and that over the images' means, with the degrees of freedom of Satterthwaite (1946):
    the statistic is min F' of Clark (1973). It counts the noise that seeds and images have in common twice, so it is a
    little too large rather than too small, and it cannot be negative. With a single line only the images count, as in
    the paired t test.

    Args:
        differences: Differences by seed and image.

    Raises:
        ValueError: if there are no values, or if lines differ in length.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ValueError("differences must be a table of seeds and images with at least one value")
    seeds, images = values.shape
    parts = [_squared_error(values.mean(axis=other)) for other in (1, 0) if values.shape[1 - other] > 1]
    mean = float(values.mean())
    noise = _noise(values) if min(seeds, images) > 1 else None
    if not parts:
        return CrossedTest(seeds, images, mean, math.nan, math.nan, None, math.nan, noise)
    squared = sum(part for part, _ in parts)
    error = math.sqrt(squared)
    if not error:
        return CrossedTest(seeds, images, mean, 0.0, math.inf, (mean, mean), float(not mean), noise, float(not mean))
    freedom = 1 / sum((part / squared) ** 2 / free for part, free in parts)
    from scipy.stats import t

    half = error * float(t.ppf((1 + LEVEL) / 2, freedom))
    p, p_fewest = (2 * float(t.sf(abs(mean) / error, free)) for free in (freedom, min(free for _, free in parts)))
    return CrossedTest(seeds, images, mean, error, freedom, (mean - half, mean + half), p, noise, p_fewest)


def _squared_error(means: NDArray[np.float64]) -> tuple[float, int]:
    """Return the squared standard error of the mean of `means`, and its degrees of freedom."""
    return float(means.var(ddof=1)) / len(means), len(means) - 1


def _noise(values: NDArray[np.float64]) -> Noise:
    import numpy as np

    seeds, images = values.shape
    by_seed, by_image = values.mean(axis=1), values.mean(axis=0)
    left = values - by_seed[:, np.newaxis] - by_image[np.newaxis, :] + values.mean()
    rest = float((left**2).sum()) / ((seeds - 1) * (images - 1))
    between_seeds = float(by_seed.var(ddof=1)) - rest / images
    between_images = float(by_image.var(ddof=1)) - rest / seeds
    return Noise(max(0.0, between_seeds), max(0.0, between_images), rest)
