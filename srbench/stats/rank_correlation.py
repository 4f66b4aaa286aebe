"""Kendall's rank correlation: its value, its interval over seeds and images, and how often chance does as well."""

from __future__ import annotations

from math import factorial
from typing import TYPE_CHECKING

from srbench.stats.levels import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

RESAMPLES = 5000
"""Number of bootstrap resamples."""
ORDERS = factorial(7) + 1
"""Number of random orders that `chance` draws; SciPy goes through all orders where there are no more than that."""
SEED = 0
"""Seed of the resampling."""


def tau_b(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Kendall's tau-b (Kendall 1945) of `a` and `b` along the last axis; NaN where a side is constant.

    Args:
        a: Values, of any shape.
        b: Values to compare them with, of the same shape or one that is broadcast.
    """
    import numpy as np

    first, second = np.triu_indices(a.shape[-1], 1)
    signs_a = np.sign(a[..., first] - a[..., second])
    signs_b = np.sign(b[..., first] - b[..., second])
    untied = (signs_a**2).sum(axis=-1) * (signs_b**2).sum(axis=-1)
    with np.errstate(invalid="ignore"):
        return np.asarray((signs_a * signs_b).sum(axis=-1) / np.sqrt(untied), dtype=np.float64)


def chance(measured: Sequence[float], printed: Sequence[float]) -> float:
    """Return the share of random orders of `measured` whose tau-b with `printed` is at least as high.

    It is exact for up to seven values, and estimated from `ORDERS` orders for more (`scipy.stats.permutation_test`).

    Args:
        measured: Values; not all equal.
        printed: Values to compare them with; not all equal.
    """
    import numpy as np
    from scipy.stats import permutation_test

    reference = np.asarray(printed, dtype=np.float64)

    def statistic(values: NDArray[np.float64], axis: int) -> NDArray[np.float64]:
        return tau_b(np.moveaxis(values, axis, -1), reference)

    test = permutation_test(
        (np.asarray(measured, dtype=np.float64),),
        statistic,
        permutation_type="pairings",
        alternative="greater",
        n_resamples=ORDERS,
        vectorized=True,
        rng=np.random.default_rng(SEED),
    )
    return float(test.pvalue)


def tau_interval(rows: Sequence[Sequence[Sequence[float]]], printed: Sequence[float]) -> tuple[float, float] | None:
    """Return the 95 % bootstrap interval of tau-b between the means of `rows` and `printed`.

    A resample draws images, the same for all rows, and for each row seeds of its own, both with replacement. The
    interval is too narrow for few seeds; with a single seed it leaves out the noise between trainings.

    Args:
        rows: Values of each row by seed and image, on the same images.
        printed: Printed value of each row.

    Returns:
        The limits; None for fewer than two images, or rows that differ in their images.
    """
    import numpy as np

    tables = [np.asarray(row, dtype=np.float64) for row in rows]
    images = {table.shape[-1] for table in tables}
    if len(images) != 1 or min(images) < 2:
        return None
    generator = np.random.default_rng(SEED)
    count = images.pop()
    # weights of the images, and below of the seeds, in each resample: how often it has drawn them
    image_weights = generator.multinomial(count, [1 / count] * count, size=RESAMPLES) / count
    means = []
    for table in tables:
        seeds = len(table)
        seed_weights = generator.multinomial(seeds, [1 / seeds] * seeds, size=RESAMPLES) / seeds
        means.append(((seed_weights @ table) * image_weights).sum(axis=1))
    taus = tau_b(np.stack(means, axis=-1), np.asarray(printed, dtype=np.float64))
    low, high = np.quantile(taus[np.isfinite(taus)], [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    return float(low), float(high)
