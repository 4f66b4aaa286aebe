"""Paired comparison of two methods on the same images."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench.records.statistics import PairedTest, paired

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.catalog import Catalog
    from srbench.records.record import Record
    from srbench.specs.metric import MetricSpec

ALL = "all"
"""Placeholder for the dataset name where the images of several datasets are pooled."""

FIELDS = (
    *("dataset", "scale", "metric", "mean_a", "mean_b", "difference", "ci_low", "ci_high", "p", "n", "verdict"),
    *("protocol", "note"),
)
"""Keys of ``srbench compare --json``."""


@dataclass(frozen=True)
class Comparison:
    """Comparison of methods A and B by one metric on one dataset (or `ALL`) at one scale."""

    dataset: str
    scale: float
    metric: MetricSpec
    protocol: str
    pairs: tuple[tuple[float, float], ...]
    """Values of A and B for each image for which both are finite."""
    left_out: tuple[str, ...]
    """Names of the images for which a value is missing or not finite."""
    test: PairedTest

    def as_object(self) -> dict[str, object]:
        """Return a mapping with the keys `FIELDS`."""
        test = self.test
        low, high = test.interval or (None, None)
        numbers = (test.mean_a, test.mean_b, test.difference, low, high, test.p, test.n, test.verdict)
        place = (self.dataset, self.scale, self.metric.name)
        return dict(zip(FIELDS, (*place, *numbers, self.protocol, self.note), strict=True))

    @property
    def note(self) -> str:
        """Remark that lists the images left out; empty if there are none."""
        return f"left out, without a finite value of both: {', '.join(self.left_out)}" if self.left_out else ""


def compare(a: Record, b: Record, catalog: Catalog) -> Comparison:
    """Compare the per-image values of two records by a paired test.

    Args:
        a: Record of method A.
        b: Record of method B.
        catalog: Catalog that holds the metric.

    Returns:
        The comparison on the images for which both records have a finite value.

    Raises:
        UsageError: if a record has no per-image values, or if the two differ in images, LR, scale, metric or protocol.
    """
    for name, record in zip(_names(a, b), (a, b), strict=True):
        if record.status != "ok":
            raise UsageError(f"{name}: nothing measured to compare ({record.status}: {record.error})")
        if not record.cell.dataset:
            raise UsageError(
                f"{name}: {record.cell.metric} is measured on the model, not on images; compare by an image metric"
            )
    if differences := ", ".join(_differences(a, b)):
        raise UsageError(
            f"{' and '.join(_names(a, b))} can't be compared: they differ in {differences}; measure both alike"
        )
    cell, names = a.cell, [*a.values, *a.missing]
    values = {name: (a.values.get(name, math.nan), b.values.get(name, math.nan)) for name in names}
    finite = {name: pair for name, pair in values.items() if all(map(math.isfinite, pair))}
    left_out = tuple(name for name in names if name not in finite)
    where = f"{cell.metric} on {cell.dataset} x{cell.scale:g}"
    metric = catalog.metrics.get(cell.metric)
    return _tested(cell.dataset, cell.scale, metric, cell.protocol, finite.values(), left_out, where)


def with_pools(comparisons: Iterable[Comparison]) -> list[Comparison]:
    """Return `comparisons` grouped by scale and metric, each group of several datasets followed by a pooled one.

    The pooled comparison (`ALL`) takes the images of all datasets of the group together.
    """
    groups: dict[tuple[float, str], list[Comparison]] = {}
    for comparison in comparisons:
        groups.setdefault((comparison.scale, comparison.metric.name), []).append(comparison)
    return [comparison for group in groups.values() for comparison in (*group, *_pool(group))]


def _pool(group: list[Comparison]) -> list[Comparison]:
    if len(group) < 2:
        return []
    first = group[0]
    pairs = [pair for comparison in group for pair in comparison.pairs]
    left_out = tuple(f"{comparison.dataset} {name}" for comparison in group for name in comparison.left_out)
    return [_tested(ALL, first.scale, first.metric, first.protocol, pairs, left_out, ALL)]


def _tested(
    dataset: str,
    scale: float,
    metric: MetricSpec,
    protocol: str,
    pairs: Iterable[tuple[float, float]],
    left_out: tuple[str, ...],
    where: str,
) -> Comparison:
    pairs = tuple(pairs)
    if not pairs:
        raise UsageError(f"{where}: no image has a finite value of both methods; see their records for the reason")
    a, b = zip(*pairs, strict=True)
    return Comparison(dataset, scale, metric, protocol, pairs, left_out, paired(a, b, metric.better))


def _names(a: Record, b: Record) -> tuple[str, str]:
    return f"A ({a.cell.method})", f"B ({b.cell.method})"


def _differences(a: Record, b: Record) -> Iterable[str]:
    """Yield each respect in which two measurements differ, with both values."""
    for aspect, one, other in (
        ("metric", a.cell.metric, b.cell.metric),
        ("dataset", a.cell.dataset, b.cell.dataset),
        ("scale", f"x{a.cell.scale:g}", f"x{b.cell.scale:g}"),
        *((f"protocol: {field}", value, b.protocol.get(field)) for field, value in a.protocol.items()),
        ("LR images", a.lr, b.lr),
    ):
        if one != other:
            yield f"{aspect} ({one}, {other})"
    images = {*a.values, *a.missing} ^ {*b.values, *b.missing}
    if images:
        yield f"images ({', '.join(sorted(images)[:3])}{', ...' if len(images) > 3 else ''} only in one)"
    elif a.dataset_fingerprint != b.dataset_fingerprint and a.lr == b.lr:
        yield f"the pixels of {a.cell.dataset} (another copy)"
