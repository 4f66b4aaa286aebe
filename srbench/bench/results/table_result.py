"""Measured tables: each entry with its measured value, the published value, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.results.verdict import Verdict
from srbench.published import published_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.published import Published
    from srbench.specs.metric import MetricSpec
    from srbench.specs.table import Column, Row, Table

FIELDS = (
    "plugin",
    "table",
    "row",
    "dataset",
    "scale",
    "metric",
    "measured",
    "std",
    "ci_low",
    "ci_high",
    "published",
    "delta",
    "verdict",
    "protocol",
    "profile",
    "seeds",
    "seed_std",
    "n_images",
    "options",
    "note",
)
"""Columns of ``cells.csv``. Those and ``lr``, the source of the LR images, are the keys of ``--json``."""


@dataclass(frozen=True)
class TableEntry:
    """One entry of a table, measured or not."""

    row: Row
    column: Column
    metric: MetricSpec | None
    published: Published | None
    verdict: Verdict
    measured: float | None = None
    """Measured value; the mean over the seeds if there are several."""
    std: float | None = None
    """Standard deviation over the images; None for several seeds."""
    interval: tuple[float, float] | None = None
    """95 % bootstrap interval of `measured` over the images."""
    n_images: int = 0
    seeds: int | None = None
    """Number of seeds that `measured` is the mean over; 1 also if nothing depends on a seed."""
    seed_std: float | None = None
    """Standard deviation over the seeds; None for a single seed."""
    by_seed: tuple[float, ...] = ()
    """Values by seed, whose mean is `measured`."""
    images: Mapping[str, float] = field(default_factory=dict)
    """Values by image name, each the mean over the seeds."""
    images_by_seed: tuple[tuple[float, ...], ...] = ()
    """Values of these images, in their order, for each seed."""
    trained: bool = False
    """True if the method was trained here, for this table."""
    remarks: str = ""
    """Remarks on the measurement, or the reason why nothing was measured."""
    bad_input: bool = False
    """True if the measurement failed because of its input."""
    traceback: str = ""
    """Traceback of a failed measurement."""
    protocol: str = ""
    """Name of the protocol of the measurement, where it is not that of the whole table."""
    lr: str = ""
    """Source of the LR images: ``file``, or ``made:`` by an imresize or a degradation; empty if none were needed."""

    @property
    def note(self) -> str:
        """Remarks on the measurement, and the note on the published value."""
        return "; ".join(part for part in (self.remarks, self.published.note if self.published else "") if part)

    @property
    def delta(self) -> float | None:
        """Measured minus published value; the verdict tells whether the two are comparable."""
        if self.measured is None or self.published is None:
            return None
        return self.measured - self.published.value


@dataclass(frozen=True)
class Result:
    """A measured table: all entries, row by row, and the conditions of the measurement."""

    plugin: str
    table: Table
    protocol: str
    protocol_hash: str
    profile: str
    demo: bool
    entries: tuple[TableEntry, ...]
    in_print: Mapping[tuple[str, Column], float] = field(default_factory=dict)
    """Published values by row label and column, including rows that the user did not select."""
    options: str = ""
    """Options of the run that change its numbers, as a label (`srbench.bench.results.run_options`)."""

    lost: frozenset[tuple[str, Column]] = frozenset()
    """Row labels and columns of cells that were printed as measured, and whose records are not found now: they are
    missing, damaged, or of other data or weights than those at hand."""

    def printed(self, row: str, column: Column) -> float | None:
        """Return the published value of the row with label `row` in `column`; None without one."""
        return self.in_print.get((row, column))

    def entry(self, row: Row, column: Column) -> TableEntry | None:
        """Return the entry of `row` in `column`; None without one."""
        return self._by_place.get((row, column))

    @cached_property
    def _by_place(self) -> Mapping[tuple[Row, Column], TableEntry]:
        return {(entry.row, entry.column): entry for entry in reversed(self.entries)}

    @cached_property
    def ranked(self) -> Mapping[tuple[str, Column], Sequence[float]]:
        """Published values of the rows that the paper ranks in a column, by the rows' group and column."""
        if not self.table.published:
            return {}
        published = published_table(self.table.published, self.table.id)
        groups = {row.label: row.group for row in self.table.rows}
        ranked: dict[tuple[str, Column], list[float]] = {}
        for (label, column), value in published.values.items():
            if value.rank and label in groups:
                ranked.setdefault((groups[label], column), []).append(value.value)
        return ranked

    @property
    def measured(self) -> tuple[TableEntry, ...]:
        """Entries with a measured value."""
        return tuple(entry for entry in self.entries if entry.measured is not None)

    @property
    def failed(self) -> tuple[TableEntry, ...]:
        """Entries whose measurement failed."""
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.FAILED)

    def as_objects(self) -> list[dict[str, object]]:
        """Return one mapping per entry, as in ``--json``: the keys `FIELDS` of ``cells.csv``, and ``lr``."""
        return [self._json_object(entry) for entry in self.entries]

    def _json_object(self, entry: TableEntry) -> dict[str, object]:
        about_images = bool(entry.column.dataset)
        low, high = entry.interval or (None, None)
        return {
            "plugin": self.plugin,
            "table": self.table.id,
            "row": entry.row.label,
            "dataset": entry.column.dataset,
            "scale": entry.column.scale,
            "metric": entry.column.metric,
            "measured": entry.measured,
            "std": entry.std,
            "ci_low": low,
            "ci_high": high,
            "published": entry.published.value if entry.published else None,
            "delta": entry.delta,
            "verdict": str(entry.verdict),
            "protocol": (entry.protocol or self.protocol) if about_images else "",
            "profile": self.profile if self.plugin else "",
            "seeds": entry.seeds,
            "seed_std": entry.seed_std,
            "n_images": entry.n_images,
            "options": self.options,
            "note": entry.note,
            "lr": entry.lr,
        }
