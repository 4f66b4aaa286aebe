"""Aggregation of per-image values to the value of a table cell."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from srbench.metrics.psnr import PEAK, psnr_from_mse
from srbench.stats.paired import Interval, bootstrap_interval

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol


def aggregate(
    values: Mapping[str, float], metric: MetricSpec, protocol: Protocol
) -> tuple[float | None, Interval | None]:
    """Return the value of a cell and its 95 % bootstrap interval over the images.

    Values that are not finite are left out; only a pooled PSNR counts an infinite one, as an MSE of 0.

    Args:
        values: Per-image values by image name.
        metric: The metric of the values.
        protocol: Protocol whose `aggregate` is either the mean or, for PSNR, the PSNR of the pooled MSE.

    Returns:
        The value, None without any usable image, and the interval, None for fewer than two usable images.
    """
    if protocol.aggregate == "pooled" and metric.name == "psnr":
        errors = [PEAK**2 / 10 ** (value / 10) for value in values.values() if not math.isnan(value)]
        interval = bootstrap_interval(errors)
        return (
            psnr_from_mse(fmean(errors)) if errors else None,
            (psnr_from_mse(interval[1]), psnr_from_mse(interval[0])) if interval else None,
        )
    finite = [value for value in values.values() if math.isfinite(value)]
    return fmean(finite) if finite else None, bootstrap_interval(finite)
