"""Power of the test over seeds and images, and the seeds that it needs."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from srbench.stats.levels import SIGNIFICANCE

if TYPE_CHECKING:
    from srbench.stats.crossed import Noise

POWER = 0.8
"""Chance with which a true effect should be found."""
FEWEST_SEEDS, MOST_SEEDS = 3, 1000
"""Smallest number of seeds that can decide, and largest that is tried."""


def power(effect: float, noise: Noise, seeds: int, images: int, level: float = SIGNIFICANCE) -> float:
    """Return the chance that `srbench.stats.crossed` finds a true `effect`.

    The statistic is taken to have a noncentral t distribution. Without noise of images and of the rest, this is the
    power of the t test over the seeds.

    Args:
        effect: True difference; its sign does not count.
        noise: Variances of the differences.
        seeds: Number of seeds; 2 or more.
        images: Number of images; 2 or more.
        level: Significance level, two-sided.
    """
    from scipy.stats import nct, t

    over_seeds = (noise.seeds + noise.rest / images) / seeds
    over_images = (noise.images + noise.rest / seeds) / images
    squared = over_seeds + over_images
    if not squared or not effect:
        return 1.0 if effect else level
    freedom = 1 / ((over_seeds / squared) ** 2 / (seeds - 1) + (over_images / squared) ** 2 / (images - 1))
    shift = abs(effect) / math.sqrt(squared)
    limit = float(t.ppf(1 - level / 2, freedom))
    wrong_way = float(nct.cdf(-limit, freedom, shift))  # NaN where it is too small for SciPy
    return float(nct.sf(limit, freedom, shift)) + (0.0 if math.isnan(wrong_way) else wrong_way)


def detectable_effect(
    noise: Noise, seeds: int, images: int, level: float = SIGNIFICANCE, target_power: float = POWER
) -> float:
    """Return the smallest true effect, without a sign, that is found with the chance `target_power`; 0 without noise.

    It describes the trainings that there are, whatever their difference came out as. The power of the measured
    difference doesn't: that is its p value in other words (Hoenig and Heisey 2001).

    Args:
        noise: Variances of the differences.
        seeds: Number of seeds; 2 or more.
        images: Number of images; 2 or more.
        level: Significance level, two-sided; below `target_power`.
        target_power: Chance, from 0 to 1, with which the effect should be found.
    """
    from scipy.optimize import brentq

    variance = noise.seeds + noise.images + noise.rest
    if not variance or not math.isfinite(variance):
        return variance  # 0: any effect is found; infinite or NaN: none is

    def excess(effect: float) -> float:
        return power(effect, noise, seeds, images, level) - target_power

    enough = math.sqrt(variance)
    while excess(enough) < 0:
        enough *= 2
    return float(brentq(excess, 0.0, enough, rtol=1e-6))


def seeds_needed(
    effect: float,
    noise: Noise,
    images: int,
    level: float = SIGNIFICANCE,
    target_power: float = POWER,
    most: int = MOST_SEEDS,
) -> int | None:
    """Return the smallest number of seeds with which a true `effect` is found with the chance `target_power`.

    Args:
        effect: True difference.
        noise: Variances of the differences.
        images: Number of images.
        level: Significance level, two-sided.
        target_power: Chance, from 0 to 1, with which the effect should be found.
        most: Largest number that is tried.

    Returns:
        The number of seeds, at least `FEWEST_SEEDS`; None if none of the numbers tried, up to `most`, is enough, as
        these images leave the mean too uncertain.
    """

    def enough(seeds: int) -> bool:
        return power(effect, noise, seeds, images, level) >= target_power

    # Power does not always rise: with many seeds only the few images are left, whose t distribution is wide. It is
    # therefore tried at numbers that grow by an eighth, and rises up to the first that is enough.
    low, high = FEWEST_SEEDS, FEWEST_SEEDS
    while not enough(high):
        if high >= most:
            return None
        low, high = high + 1, min(most, high + 1 + high // 8)
    while low < high:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle + 1
    return low
