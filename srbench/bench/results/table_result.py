"""Measured tables: each entry with its measured value, the published value, and the verdict."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.resolve.dataset_copy import DatasetCopy
from srbench.bench.results.over_seeds import over_seeds
from srbench.bench.results.run_options import options_label
from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.published import as_printed, published_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot
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
    trained: bool = False
    """True if the method was trained here, for this table."""
    remarks: str = ""
    """Remarks on the measurement, or the reason why nothing was measured."""
    bad_input: bool = False
    """True if the measurement failed because of its input."""
    traceback: str = ""
    """Trace of the error of a failed measurement."""
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
    """Options of the run that decide what its numbers are (`srbench.bench.results.run_options`)."""

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
            "protocol": (entry.protocol or self.protocol) if about_images else "",
            "profile": self.profile if self.plugin else "",
            "seeds": entry.seeds,
            "seed_std": entry.seed_std,
            "n_images": entry.n_images,
            "options": self.options,
            "note": entry.note,
            "lr": entry.lr,
        }


def gather(plan: Plan, records: Mapping[str, Record]) -> Result:
    """Return the table of `plan`, filled from `records` (cell key -> record)."""
    entries = tuple(_entry(plan, place, records) for place in plan.places)
    return Result(
        plan.plugin.name if plan.plugin else "",
        plan.table,
        plan.protocol.name,
        plan.protocol.hash,
        plan.options.profile,
        plan.demo,
        entries,
        _printed(plan),
        options_label(
            plan.options.profile,
            plan.protocol.name if plan.protocol.name != plan.table.protocol else "",
            plan.options.source,
            plan.options.seeds,
        ),
    )


def _printed(plan: Plan) -> dict[tuple[str, Column], float]:
    if not plan.table.published:
        return {}
    published = published_table(plan.table.published, plan.table.id)
    return {
        (label, column): value.value
        for label in {name for row in plan.table.rows for name in (row.label, row.reduced) if name}
        for column in plan.table.columns
        if (value := published.get(label, column))
    }


def _entry(plan: Plan, place: TableSlot, by_key: Mapping[str, Record]) -> TableEntry:
    records = [by_key[cell.key] for cell in place.cells if cell.key in by_key]
    value = over_seeds(records)
    of_table = {plan.protocol.hash, plan.protocol.of_row(place.row.grey).hash}
    protocol = "" if place.protocol.hash in of_table else place.protocol.name
    # a mean without a seed that failed would hide the failure, so the entry then has no value
    faulty = next((record for record in records if record.value is None), None)
    if value is None or faulty or place.metric is None or len(records) < len(place.cells):
        verdict, reason = _unmeasured(place, faulty)
        bad_input = bool(faulty and faulty.bad_input)
        return TableEntry(
            place.row,
            place.column,
            place.metric,
            place.published,
            verdict,
            remarks=reason,
            bad_input=bad_input,
            traceback=faulty.traceback if faulty else "",
            protocol=protocol,
        )
    record = records[0]
    under = _context(plan, place, record)
    others = _by_other_rules(place, by_key)
    conventions = [others[way.name] for way in place.alternatives if way.convention and way.name in others]
    verdict = judge(place.metric, value.value, place.published, under, conventions)
    about_images = place.metric.subject == "image"
    record_remarks = dict.fromkeys(record.remarks for record in records)
    remarks = (
        under.incomparable if verdict is Verdict.OTHER_WEIGHTS else "",
        place.copy.fault if place.copy else "",
        *place.data_remarks,
        "" if place.metric.repeatable else f"on {record.device}",
        _whose(place.method) if about_images else "",
        _compared(place, others, verdict),
        *record_remarks,
        place.kept,
    )
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
        trained=about_images and under.trained_here and bool(place.method and place.method.source == "trained"),
        remarks="; ".join(filter(None, remarks)),
        protocol=protocol,
        lr=record.lr,
    )


def _context(plan: Plan, place: TableSlot, record: Record) -> ComparisonContext:
    """Return the conditions under which `record` was measured for the slot `place`."""
    source = place.method.source if place.method else "none"
    copy = place.copy or DatasetCopy()
    full_budget = source == "trained" and plan.options.profile == "paper"
    return ComparisonContext(
        demo=plan.demo,
        own_protocol=place.own_protocol,
        rule_inferred=bool(place.row.rule and place.row.rule.inferred),
        others_weights=bool(place.method and place.method.others_weights),
        device=record.device,
        printed_on=plan.table.printed_on.get(place.column.metric, ""),
        incomparable=plan.table.incomparable.get(place.column.metric, ""),
        trained_here=source in {"bundled", "trained"},
        full_budget=full_budget,
        exact_dataset=copy.exact,
        other_data=bool(copy.fault) or (full_budget and bool(papers_training_data(place.method))),
    )


def papers_training_data(method: ResolvedMethod | None) -> str:
    """Return the training images of the paper for which others stood in when `method` was trained here; else empty."""
    if method is None:
        return ""
    own = method.training.recipe.paper_data if method.training else ""
    return ", ".join(dict.fromkeys(filter(None, (own, *map(papers_training_data, method.members)))))


def _by_other_rules(place: TableSlot, by_key: Mapping[str, Record]) -> dict[str, float]:
    """Return the value of each alternative of the slot that is measured, by name."""
    measured = {way.name: by_key[way.cell.key].value for way in place.alternatives if way.cell.key in by_key}
    return {name: value for name, value in measured.items() if value is not None}


def _compared(place: TableSlot, others: Mapping[str, float], verdict: Verdict) -> str:
    """Return the numbers of other rules, or of the convention that gives the published number, for people."""
    if place.published is None or not others:
        return ""
    more = 1 if place.published.printed == place.published.text else 0
    texts = {name: as_printed(value, place.published, more=more) for name, value in others.items()}
    if verdict is Verdict.OTHER_CONVENTION:
        return "; ".join(f"{text} by {name}" for name, text in texts.items())
    if any(way.convention for way in place.alternatives):
        return ""
    return "rule inferred from the fit; " + ", ".join(f"{text} under {name}" for name, text in texts.items())


def _whose(method: ResolvedMethod | None) -> str:
    """Return the origin of the weights if they are not the authors', else an empty string."""
    if method is None or not (method.others_weights or method.source in {"bundled", "trained"}):
        return ""
    if method.members:
        return "; ".join(dict.fromkeys(filter(None, map(_whose, method.members))))
    if method.source == "released":
        return f"not the authors' weights: {method.weights_spec.origin}" if method.weights_spec else ""
    if method.training is None and method.source == "trained":
        return ""  # only the blended weights are trained here, and the blend has its own remark
    if method.training is None:
        return f"weights that srbench trained and ships ({method.weights.name if method.weights else method.name})"
    budgets = ", then ".join(
        f"{phase.name} {phase.budget.steps} of {paper.budget.steps} steps of {phase.budget.batch} patches"
        for phase, paper in zip(method.training.recipe.phases, method.training.paper.phases, strict=True)
    )
    data = ", ".join(method.training.recipe.data)
    instead = f" in place of {wanted}" if (wanted := papers_training_data(method)) else ""
    return f"trained here on {data}{instead}: {budgets}"


def _unmeasured(place: TableSlot, record: Record | None) -> tuple[Verdict, str]:
    if record is None:
        return Verdict.UNMEASURED, place.reason or "not run"
    if record.status == "failed":
        return Verdict.FAILED, record.error
    return Verdict.UNAVAILABLE, record.error or record.remarks
