"""Paired comparisons of methods on the same images."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import combinations
from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench.stats.paired import PairedTest, holm, judgement, paired

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from srbench.catalog import Catalog
    from srbench.records.record import Record
    from srbench.specs.metric import MetricSpec

ALL = "all"
"""Placeholder for the dataset name where the images of several datasets are pooled."""

FIELDS = (
    *("a", "b", "dataset", "scale", "metric", "mean_a", "mean_b", "difference", "ci_low", "ci_high", "p", "p_holm"),
    *("wins", "ties", "losses", "n", "verdict", "protocol", "lr", "note"),
)
"""Columns of the CSV file and keys of ``srbench compare --json``."""
IMAGE_FIELDS = ("a", "b", "dataset", "scale", "metric", "image", "value_a", "value_b", "difference", "protocol")
"""Keys of the objects that ``--json --per-image`` adds."""


@dataclass(frozen=True)
class Comparison:
    """Comparison of methods A and B by one metric on one dataset (or `ALL`) at one scale."""

    a: str
    b: str
    dataset: str
    scale: float
    metric: MetricSpec
    protocol: str
    values: Mapping[str, tuple[float, float]]
    """Values of A and B by image, for each image for which both are finite; names of pooled images begin with their
    dataset."""
    left_out: tuple[str, ...]
    """Names of the images for which a value is missing or not finite."""
    test: PairedTest
    p_holm: float
    """The test's p value, corrected for all pairs of methods that are compared on this dataset by this metric."""
    lr: str = ""
    """Source of the LR images of both (`Record.lr`); empty where it is unknown, or where datasets differ in it."""
    remarks: tuple[str, ...] = ()
    """Remarks on the measurements, each behind the name of its method."""

    @property
    def verdict(self) -> str:
        """Judgement of A by the corrected p value."""
        return judgement(self.test.difference, self.test.interval, self.p_holm, self.metric.better)

    @property
    def wins(self) -> int:
        """Number of images on which A is better."""
        return sum(1 for a, b in self.values.values() if a != b and (a > b) == (self.metric.better == "higher"))

    @property
    def ties(self) -> int:
        """Number of images on which the values are equal."""
        return sum(1 for a, b in self.values.values() if a == b)

    @property
    def losses(self) -> int:
        """Number of images on which B is better."""
        return len(self.values) - self.wins - self.ties

    def as_object(self) -> dict[str, object]:
        """Return a mapping with the keys `FIELDS`."""
        test = self.test
        low, high = test.interval or (None, None)
        numbers = (test.mean_a, test.mean_b, test.difference, low, high, test.p, self.p_holm)
        counts = (self.wins, self.ties, self.losses, test.n, self.verdict)
        place = (self.a, self.b, self.dataset, self.scale, self.metric.name)
        return dict(zip(FIELDS, (*place, *numbers, *counts, self.protocol, self.lr, self.note), strict=True))

    def image_objects(self) -> list[dict[str, object]]:
        """Return one mapping with the keys `IMAGE_FIELDS` per image."""
        place = (self.a, self.b, self.dataset, self.scale, self.metric.name)
        return [
            dict(zip(IMAGE_FIELDS, (*place, image, a, b, a - b, self.protocol), strict=True))
            for image, (a, b) in self.values.items()
        ]

    @property
    def note(self) -> str:
        """The images left out, and the remarks on the measurements, on one line; empty if there are none."""
        return "; ".join(filter(None, (self.left_out_note, *self.remarks)))

    @property
    def left_out_note(self) -> str:
        """Remark that lists the images left out; empty if there are none."""
        return f"left out, without a finite value of both: {', '.join(self.left_out)}" if self.left_out else ""


@dataclass(frozen=True)
class Measured:
    """A record under the names that its method and dataset are shown by."""

    method: str
    dataset: str
    record: Record
    remarks: str = ""
    """Remarks on the measurement."""


def compare_all(groups: Iterable[Sequence[Measured]], catalog: Catalog, *, all_pairs: bool = False) -> list[Comparison]:
    """Compare the first method of each group with every other, or all pairs; pool the images of several datasets.

    Args:
        groups: Records of all methods for one dataset, scale and metric.
        catalog: Catalog that holds the metrics.
        all_pairs: Whether to compare every two methods.

    Returns:
        Comparisons by scale and metric: those of each dataset, then those of all images of the datasets together
        (`ALL`). The p values of one dataset, scale and metric are corrected together (Holm).

    Raises:
        UsageError: as `compare`.
    """
    families: dict[tuple[float, str], list[list[Comparison]]] = {}
    for group in groups:
        pairs = list(combinations(group, 2)) if all_pairs else [(group[0], other) for other in group[1:]]
        family = corrected([compare(a, b, catalog) for a, b in pairs])
        if family:
            families.setdefault((family[0].scale, family[0].metric.name), []).append(family)
    comparisons: list[Comparison] = []
    for by_dataset in families.values():
        for family in by_dataset:
            comparisons += family
        if len(by_dataset) > 1:
            comparisons += _pooled(by_dataset)
    return comparisons


def corrected(family: Sequence[Comparison]) -> list[Comparison]:
    """Return the comparisons of one family with their p values corrected together."""
    adjusted = holm([comparison.test.p for comparison in family])
    return [replace(comparison, p_holm=p) for comparison, p in zip(family, adjusted, strict=True)]


def compare(a: Measured, b: Measured, catalog: Catalog) -> Comparison:
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
    first, second = a.record, b.record
    names = f"A ({a.method})", f"B ({b.method})"
    for name, record in zip(names, (first, second), strict=True):
        if record.status != "ok":
            raise UsageError(f"{name}: nothing measured to compare ({record.status}: {record.error})")
        if not record.cell.dataset:
            raise UsageError(
                f"{name}: {record.cell.metric} is measured on the model, not on images; compare by an image metric"
            )
    if differences := ", ".join(_differences(first, second)):
        raise UsageError(f"{' and '.join(names)} can't be compared: they differ in {differences}; measure both alike")
    cell, images = first.cell, [*first.values, *first.missing]
    values = {name: (first.values.get(name, math.nan), second.values.get(name, math.nan)) for name in images}
    finite = {name: pair for name, pair in values.items() if all(map(math.isfinite, pair))}
    left_out = tuple(name for name in images if name not in finite)
    if not finite:
        raise UsageError(
            f"{cell.metric} on {a.dataset} x{cell.scale:g}: no image has a finite value of both methods; see their "
            "records for the reason"
        )
    metric = catalog.metrics.get(cell.metric)
    tested = _tested(a.method, b.method, a.dataset, cell.scale, metric, cell.protocol, finite, left_out)
    remarks = tuple(f"{measured.method}: {measured.remarks}" for measured in (a, b) if measured.remarks)
    return replace(tested, lr=first.lr, remarks=remarks)


def _pooled(families: Sequence[Sequence[Comparison]]) -> list[Comparison]:
    """Return the comparisons on the images of all datasets together, for the pairs that each dataset has."""
    by_pair: dict[tuple[str, str], list[Comparison]] = {}
    for family in families:
        for comparison in family:
            by_pair.setdefault((comparison.a, comparison.b), []).append(comparison)
    pools = []
    for (a, b), group in by_pair.items():
        if len(group) < len(families):
            continue
        first = group[0]
        values: dict[str, tuple[float, float]] = {}
        left_out: list[str] = []
        for comparison in group:
            dataset = comparison.dataset
            values |= {f"{dataset} {name}": pair for name, pair in comparison.values.items()}
            left_out += [f"{dataset} {name}" for name in comparison.left_out]
        pool = _tested(a, b, ALL, first.scale, first.metric, first.protocol, values, tuple(left_out))
        lr = first.lr if len({comparison.lr for comparison in group}) == 1 else ""
        remarks = tuple(dict.fromkeys(remark for comparison in group for remark in comparison.remarks))
        pools.append(replace(pool, lr=lr, remarks=remarks))
    return corrected(pools)


def _tested(
    a: str,
    b: str,
    dataset: str,
    scale: float,
    metric: MetricSpec,
    protocol: str,
    values: Mapping[str, tuple[float, float]],
    left_out: tuple[str, ...],
) -> Comparison:
    """Return the comparison with its test, whose p value is not corrected yet; arguments are those of `Comparison`."""
    values_a, values_b = zip(*values.values(), strict=True)
    test = paired(values_a, values_b, metric.better)
    return Comparison(a, b, dataset, scale, metric, protocol, values, left_out, test, test.p)


def _differences(a: Record, b: Record) -> Iterable[str]:
    """Yield each respect in which two measurements differ, with both values."""
    settings, others = a.protocol, b.protocol
    for aspect, one, other in (
        ("metric", a.cell.metric, b.cell.metric),
        ("dataset", a.cell.dataset, b.cell.dataset),
        ("scale", f"x{a.cell.scale:g}", f"x{b.cell.scale:g}"),
        *(
            (f"protocol: {field}", settings.get(field, "default"), others.get(field, "default"))
            for field in dict.fromkeys((*settings, *others))  # settings at their default may be left out
        ),
        ("LR images", a.lr, b.lr),
    ):
        if one != other:
            yield f"{aspect} ({one}, {other})"
    images = {*a.values, *a.missing} ^ {*b.values, *b.missing}
    if images:
        yield f"images ({', '.join(sorted(images)[:3])}{', ...' if len(images) > 3 else ''} only in one)"
    elif a.dataset_fingerprint != b.dataset_fingerprint and a.lr == b.lr:
        yield f"the pixels of {a.cell.dataset} (another copy)"
