"""Shape parameter of a generalised Gaussian, estimated from moments (Ma et al. 2017, Section 3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gamma

if TYPE_CHECKING:
    from numpy.typing import NDArray

EPSILON = 1e-7
"""Constant that keeps ratios of moments finite where all values are equal."""
SHAPES = np.arange(30, 10001) / 1000
"""Candidate shape parameters: 2 for a Gaussian, 1 for a Laplacian."""
RATIOS = gamma(1 / SHAPES) * gamma(3 / SHAPES) / gamma(2 / SHAPES) ** 2
"""Variance divided by the squared mean of absolute values, for each of `SHAPES`; it falls."""
_BETWEEN = -(RATIOS[1:] + RATIOS[:-1]) / 2


def nearest_shape(variance: NDArray[np.float64], deviation: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the shape whose ratio of moments is nearest.

    Args:
        variance: Variances, divided by n - 1.
        deviation: Mean absolute deviations from the mean, an array of the same shape.
    """
    ratio = variance / (deviation**2 + EPSILON)
    return np.asarray(SHAPES[np.searchsorted(_BETWEEN, -ratio)], dtype=np.float64)


def shape_of(values: NDArray[np.float64]) -> float:
    """Return the shape parameter of all `values` together."""
    centred = values - values.mean()
    variance = np.sum(centred * centred) / (centred.size - 1)
    return float(nearest_shape(variance, np.mean(np.abs(centred))))
