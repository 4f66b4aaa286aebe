"""From the values of images to the number in a table."""

from __future__ import annotations

import math
from statistics import fmean
from typing import TYPE_CHECKING

from srbench.metrics.psnr import PEAK, psnr_from_mse
from srbench.records.statistics import Interval, bootstrap_interval, mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol


def aggregate(
    values: Mapping[str, float], metric: MetricSpec, protocol: Protocol
) -> tuple[float | None, Interval | None]:
    """The number of a cell, as `protocol` gathers per-image `values`, and its 95 % interval over the images.

    Values that aren't finite don't count (a pooled PSNR takes an infinite one for the MSE of 0 that it is). None where
    no value is left, and for the interval where only one is.
    """
    if protocol.aggregate == "pooled" and metric.name == "psnr":
        errors = [PEAK**2 / 10 ** (value / 10) for value in values.values() if not math.isnan(value)]
        interval = bootstrap_interval(errors)
        return (
            psnr_from_mse(fmean(errors)) if errors else None,
            (psnr_from_mse(interval[1]), psnr_from_mse(interval[0])) if interval else None,
        )
    return mean(values), bootstrap_interval([value for value in values.values() if math.isfinite(value)])
