"""Test of the mean of differences that vary by seed and by image, both drawn at random and crossed."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.stats.levels import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray


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

    For normal noise it is not too small. Satterthwaite's degrees of freedom are estimated: where three seeds happen to
    agree they come out too many, and a small `p` too small.
    """


def crossed(differences: Sequence[Sequence[float]]) -> CrossedTest:
    """Test whether the mean of a table of differences, with a row per seed and a column per image, is 0.

    Seeds and images are crossed random effects (Baayen, Davidson and Bates 2008). The squared standard error is the sum
    of that over the seeds' means and that over the images' means, with the degrees of freedom of Satterthwaite (1946):
    the statistic is min F' of Clark (1973). It counts the noise that seeds and images have in common twice, so it is a
    little too large rather than too small, and it cannot be negative. With a single seed only the images count, as in
    the paired t test.

    Args:
        differences: Differences by seed and image, in units of the metric; finite.

    Raises:
        ValueError: if there are no values, or if rows differ in length.
    """
    import numpy as np

    values = np.asarray(differences, dtype=np.float64)
    if values.ndim != 2 or not values.size:
        raise ValueError("differences must be a table of seeds and images with at least one value")
    seeds, images = values.shape
    # over the means of the seeds, then of the images; without those of which there is only one
    errors = [_squared_error(means) for means in (values.mean(axis=1), values.mean(axis=0)) if len(means) > 1]
    mean = float(values.mean())
    noise = _noise(values) if min(seeds, images) > 1 else None
    if not errors:
        return CrossedTest(seeds, images, mean, math.nan, math.nan, None, math.nan, noise)
    squared_error = sum(part for part, _ in errors)
    error = math.sqrt(squared_error)
    if not error:
        return CrossedTest(seeds, images, mean, 0.0, math.inf, (mean, mean), float(not mean), noise, float(not mean))
    freedom = 1 / sum((part / squared_error) ** 2 / degrees for part, degrees in errors)
    from scipy.stats import t

    half = error * float(t.ppf((1 + CONFIDENCE) / 2, freedom))
    fewest = min(degrees for _, degrees in errors)
    p, p_fewest = (2 * float(t.sf(abs(mean) / error, degrees)) for degrees in (freedom, fewest))
    return CrossedTest(seeds, images, mean, error, freedom, (mean - half, mean + half), p, noise, p_fewest)


def _squared_error(means: NDArray[np.float64]) -> tuple[float, int]:
    """Return the squared standard error of the mean of `means`, and its degrees of freedom."""
    return float(means.var(ddof=1)) / len(means), len(means) - 1


def _noise(values: NDArray[np.float64]) -> Noise:
    """Return the variances of a table of at least two seeds (rows) and two images (columns)."""
    import numpy as np

    seeds, images = values.shape
    by_seed, by_image = values.mean(axis=1), values.mean(axis=0)
    residuals = values - by_seed[:, np.newaxis] - by_image[np.newaxis, :] + values.mean()
    rest = float((residuals**2).sum()) / ((seeds - 1) * (images - 1))
    between_seeds = float(by_seed.var(ddof=1)) - rest / images
    between_images = float(by_image.var(ddof=1)) - rest / seeds
    return Noise(max(0.0, between_seeds), max(0.0, between_images), rest)
