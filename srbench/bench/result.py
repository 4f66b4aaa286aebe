"""A measured table: every place with its number, the printed one, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.resolve import Copy
from srbench.bench.verdict import Circumstances, Verdict, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.bench.plan import Place, Plan
    from srbench.bench.record import Record
    from srbench.published import Published
    from srbench.specs import Column, MetricSpec, Row, Table

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
    "seed",
    "n_images",
    "note",
)
"""The columns of ``cells.csv`` and the keys of ``--json``."""


@dataclass(frozen=True)
class Entry:
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
    seed: int | None = None
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
    entries: tuple[Entry, ...]

    def entry(self, row: Row, column: Column) -> Entry | None:
        """The entry at that place."""
        return next((one for one in self.entries if one.row == row and one.column == column), None)

    @property
    def measured(self) -> tuple[Entry, ...]:
        """Entries with a number of our own."""
        return tuple(entry for entry in self.entries if entry.measured is not None)

    @property
    def failed(self) -> tuple[Entry, ...]:
        """Entries whose cell failed."""
        return tuple(entry for entry in self.entries if entry.verdict is Verdict.FAILED)

    def as_objects(self) -> list[dict[str, object]]:
        """One mapping with the keys `FIELDS` per entry: what ``--json`` prints and ``cells.csv`` holds."""
        return [self._as_object(entry) for entry in self.entries]

    def _as_object(self, entry: Entry) -> dict[str, object]:
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
            "seed": entry.seed,
            "n_images": entry.n_images,
            "note": entry.note,
        }


def gather(plan: Plan, records: Mapping[str, Record]) -> Result:
    """The table of `plan`, filled from `records` (by cell key)."""
    entries = tuple(_entry(plan, place, records.get(place.cell.key) if place.cell else None) for place in plan.places)
    return Result(
        plan.plugin.name,
        plan.table,
        plan.protocol.name,
        plan.protocol.hash,
        plan.options.profile,
        plan.demo,
        entries,
    )


def _entry(plan: Plan, place: Place, record: Record | None) -> Entry:
    if record is None or record.value is None or place.metric is None:
        verdict, why = _unmeasured(place, record)
        bad_input = bool(record and record.bad_input)
        return Entry(place.row, place.column, place.metric, place.published, verdict, remarks=why, bad_input=bad_input)
    unsure = plan.table.unsure.get(place.metric.name, "")
    copy = place.copy or Copy()
    under = Circumstances(
        demo=plan.demo,
        own_protocol=plan.own_protocol,
        unsure=unsure,
        trained_here=bool(place.method and place.method.source in {"bundled", "trained"}),
        full_budget=plan.options.profile == "paper",
        exact_dataset=copy.exact,
        other_data=bool(copy.fault),
    )
    verdict = judge(place.metric, record.value, place.published, under)
    where = "" if place.metric.repeatable else f"on {record.device}"
    remarks = (unsure if verdict is Verdict.OTHER_WEIGHTS else "", copy.fault, where, record.remarks)
    return Entry(
        place.row,
        place.column,
        place.metric,
        place.published,
        verdict,
        measured=record.value,
        std=record.std,
        interval=record.interval,
        n_images=len(record.finite) if place.column.dataset else 0,
        seed=record.cell.seed,
        remarks="; ".join(filter(None, remarks)),
    )


def _unmeasured(place: Place, record: Record | None) -> tuple[Verdict, str]:
    if record is None:
        return Verdict.UNMEASURED, place.why or "not run"
    if record.status == "failed":
        return Verdict.FAILED, record.error
    return Verdict.UNAVAILABLE, record.error or record.remarks
