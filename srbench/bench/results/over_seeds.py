"""Summary over seeds: one value from the records of a method trained from several seeds."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from statistics import fmean, stdev
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.records.record import Record
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol
    from srbench.stats.paired import Interval


@dataclass(frozen=True)
class SeedSummary:
    """Summary of the records of one table entry, one record per seed."""

    value: float
    seeds: int
    deviation: float | None
    """Sample standard deviation over the seeds; None for a single seed."""
    interval: Interval | None
    """95 % bootstrap interval over the images, each image's value being its mean over the seeds."""
    by_seed: tuple[float, ...] = ()
    """Values by seed."""
    images: Mapping[str, float] = field(default_factory=dict)
    """Means over the seeds by image name, for images whose value is finite for all seeds."""
    images_by_seed: tuple[tuple[float, ...], ...] = ()
    """Values of these images, in their order, for each seed."""


def over_seeds(records: Sequence[Record], metric: MetricSpec, protocol: Protocol) -> SeedSummary | None:
    """Return the mean and the spread of the records' values; None if no record has a value.

    An image whose value isn't finite for one of several seeds is left out for all: mean, interval and claims are then
    about the same images.

    Args:
        records: Records of one entry, one for each seed.
        metric: Their metric.
        protocol: Their protocol, which says how values of images are averaged.
    """
    values = [record.value for record in records if record.value is not None]
    if not values:
        return None
    names = [name for name in records[0].values if all(_finite(record, name) for record in records)]
    images = {name: fmean(record.values[name] for record in records) for name in names}
    images_by_seed = tuple(tuple(record.values[name] for name in names) for record in records)
    if len(values) == 1:
        measured = next(record for record in records if record.value is not None)
        return SeedSummary(values[0], 1, None, measured.interval, tuple(values), images, images_by_seed)
    from srbench.bench.measuring.aggregate import aggregate  # imports NumPy, which completions do without

    if names:
        common = [{name: record.values[name] for name in names} for record in records]
        values = [
            value for value, _ in (aggregate(of_seed, metric, protocol) for of_seed in common) if value is not None
        ]
    _, interval = aggregate(images, metric, protocol)
    return SeedSummary(fmean(values), len(values), stdev(values), interval, tuple(values), images, images_by_seed)


def _finite(record: Record, name: str) -> bool:
    return math.isfinite(record.values.get(name, math.nan))
