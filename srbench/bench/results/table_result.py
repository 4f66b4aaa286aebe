"""A measured table: every place with its number, the printed one, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srbench.bench.resolve.dataset_copy import DatasetCopy
from srbench.bench.results.over_seeds import over_seeds
from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.published import read_published

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.bench.planning.plan import Plan, TableSlot
    from srbench.inference.method import ResolvedMethod
    from srbench.published import Published
    from srbench.records.record import Record
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
    "note",
)
"""The columns of ``cells.csv`` and the keys of ``--json``."""


@dataclass(frozen=True)
class TableEntry:
    """One place of the table, measured or not."""

    row: Row
    column: Column
    metric: MetricSpec | None
    published: Published | None
    verdict: Verdict
    measured: float | None = None
    std: float | None = None
    interval: tuple[float, float] | None = None
    """95 % bootstrap interval of `measured` over the images."""
    n_images: int = 0
    seeds: int | None = None
    """How many seeds `measured` is the mean over; 1 also where nothing depends on a seed."""
    seed_std: float | None = None
    """Standard deviation over the seeds; None for one."""
    by_seed: tuple[float, ...] = ()
    """What `measured` is the mean of, one number a seed."""
    images: Mapping[str, float] = field(default_factory=dict)
    """Each image's value, its mean over the seeds."""
    trained: bool = False
    """Trained here, for this table."""
    remarks: str = ""
    """What was noticed while measuring, or why nothing was measured."""
    bad_input: bool = False
    """It failed for its input's fault."""

    @property
    def note(self) -> str:
        """The remarks, and what is known of the printed value."""
        return "; ".join(part for part in (self.remarks, self.published.note if self.published else "") if part)

    @property
    def delta(self) -> float | None:
        """Measured minus published; whether the two may be compared is the verdict's business."""
        if self.measured is None or self.published is None:
            return None
        return self.measured - self.published.value


@dataclass(frozen=True)
class Result:
    """A table with all its entries, row by row."""

    plugin: str
    table: Table
    protocol: str
    protocol_hash: str
    profile: str
    demo: bool
    entries: tuple[TableEntry, ...]
    in_print: Mapping[tuple[str, Column], float] = field(default_factory=dict)
    """Every printed number of the table, by row label and column, also of rows that the user left out."""

    def printed(self, row: str, column: Column) -> float | None:
        """The number that the paper prints in that row and column."""
        return self.in_print.get((row, column))

    def entry(self, row: Row, column: Column) -> TableEntry | None:
        """The entry at that place."""
        return next((one for one in self.entries if one.row == row and one.column == column), None)

    @property
    def measured(self) -> tuple[TableEntry, ...]:
        """Entries with a number of our own."""
        return tuple(entry for entry in self.entries if entry.measured is not None)

    @property
    def failed(self) -> tuple[TableEntry, ...]:
        """Entries whose cell failed."""
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.FAILED)

    def as_objects(self) -> list[dict[str, object]]:
        """One mapping with the keys `FIELDS` per entry: what ``--json`` prints and ``cells.csv`` holds."""
        return [self._as_object(entry) for entry in self.entries]

    def _as_object(self, entry: TableEntry) -> dict[str, object]:
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
            "protocol": self.protocol if about_images else "",
            "profile": self.profile,
            "seeds": entry.seeds,
            "seed_std": entry.seed_std,
            "n_images": entry.n_images,
            "note": entry.note,
        }


def gather(plan: Plan, records: Mapping[str, Record]) -> Result:
    """The table of `plan`, filled from `records` (by cell key)."""
    entries = tuple(
        _entry(plan, place, [records[cell.key] for cell in place.cells if cell.key in records]) for place in plan.places
    )
    return Result(
        plan.plugin.name if plan.plugin else "",
        plan.table,
        plan.protocol.name,
        plan.protocol.hash,
        plan.options.profile,
        plan.demo,
        entries,
        _printed(plan),
    )


def _printed(plan: Plan) -> dict[tuple[str, Column], float]:
    if not plan.table.published:
        return {}
    published = read_published(plan.table.published, plan.table.id)
    return {
        (label, column): found.value
        for label in {one for row in plan.table.rows for one in (row.label, row.reduced) if one}
        for column in plan.table.columns
        if (found := published.get(label, column))
    }


def _entry(plan: Plan, place: TableSlot, records: Sequence[Record]) -> TableEntry:
    value = over_seeds(records)
    # a seed that failed is not left out of a mean that says nothing of it
    faulty = next((record for record in records if record.value is None), None)
    if value is None or faulty or place.metric is None or len(records) < len(place.cells):
        verdict, why = _unmeasured(place, faulty)
        bad_input = bool(faulty and faulty.bad_input)
        return TableEntry(
            place.row, place.column, place.metric, place.published, verdict, remarks=why, bad_input=bad_input
        )
    record = records[0]
    unsure = plan.table.incomparable.get(place.metric.name, "")
    source = place.method.source if place.method else "none"
    copy = place.copy or DatasetCopy()
    under = ComparisonContext(
        demo=plan.demo,
        own_protocol=plan.own_protocol,
        incomparable=unsure,
        trained_here=source in {"bundled", "trained"},
        full_budget=source == "trained" and plan.options.profile == "paper",
        exact_dataset=copy.exact,
        other_data=bool(copy.fault),
    )
    verdict = judge(place.metric, value.value, place.published, under)
    where = "" if place.metric.repeatable else f"on {record.device}"
    about_images = place.metric.subject == "image"
    whose = _whose(place.method) if about_images else ""
    noticed = dict.fromkeys(one.remarks for one in records)
    remarks = (unsure if verdict is Verdict.OTHER_WEIGHTS else "", copy.fault, where, whose, *noticed)
    return TableEntry(
        place.row,
        place.column,
        place.metric,
        place.published,
        verdict,
        measured=value.value,
        std=record.std if value.seeds == 1 else None,
        interval=value.interval,
        n_images=len(record.finite) if place.column.dataset else 0,
        seeds=value.seeds,
        seed_std=value.deviation,
        by_seed=value.by_seed,
        images=value.images,
        trained=about_images and source == "trained",
        remarks="; ".join(filter(None, remarks)),
    )


def _whose(method: ResolvedMethod | None) -> str:
    """Whose weights these are, where they aren't the authors'."""
    if method is None or method.source not in {"bundled", "trained"}:
        return ""
    if method.members:
        return "; ".join(dict.fromkeys(filter(None, map(_whose, method.members))))
    if method.training is None and method.source == "trained":
        return ""  # only what they are blended with is trained here: the blend has a remark of its own
    if method.training is None:
        return f"weights that srbench trained and ships ({method.weights.name if method.weights else method.name})"
    budgets = ", then ".join(
        f"{phase.name} {phase.budget.steps} of {paper.budget.steps} steps of {phase.budget.batch} patches"
        for phase, paper in zip(method.training.recipe.phases, method.training.paper.phases, strict=True)
    )
    return f"trained here on {', '.join(method.training.recipe.data)}: {budgets}"


def _unmeasured(place: TableSlot, record: Record | None) -> tuple[Verdict, str]:
    if record is None:
        return Verdict.UNMEASURED, place.reason or "not run"
    if record.status == "failed":
        return Verdict.FAILED, record.error
    return Verdict.UNAVAILABLE, record.error or record.remarks
