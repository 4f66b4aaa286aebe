"""Tables filled from records: each slot of a plan becomes an entry with its value, verdict and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.resolve.dataset_copy import DatasetCopy
from srbench.bench.results.over_seeds import over_seeds
from srbench.bench.results.run_options import options_label
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.bench.results.weights_remark import papers_training_data, weights_remark
from srbench.device import device_words
from srbench.published import as_printed, published_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot
    from srbench.records.record import Record
    from srbench.specs.table import Column


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
    table_protocols = {plan.protocol.hash, plan.protocol.of_row(place.row.grey).hash}
    protocol = "" if place.protocol.hash in table_protocols else place.protocol.name
    # a mean without a seed that failed would hide the failure, so the entry then has no value
    faulty = next((record for record in records if record.value is None), None)
    if value is None or faulty or place.metric is None or len(records) < len(place.cells):
        return _without_value(place, faulty, protocol)
    record = records[0]
    context = _context(plan, place, record)
    others = _values_by_other_rules(place, by_key)
    conventions = [others[way.name] for way in place.alternatives if way.convention and way.name in others]
    verdict = judge(place.metric, value.value, place.published, context, conventions)
    about_images = place.metric.subject == "image"
    remarks = (
        context.incomparable if verdict is Verdict.OTHER_WEIGHTS else "",
        place.copy.fault if place.copy else "",
        *place.data_remarks,
        "" if place.metric.repeatable else f"on {device_words(record.device)}",
        weights_remark(place.method) if about_images else "",
        _compared(place, others, verdict),
        *dict.fromkeys(entry.remarks for entry in records),
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
        images_by_seed=value.images_by_seed,
        trained=about_images and context.trained_here and bool(place.method and place.method.source == "trained"),
        remarks="; ".join(filter(None, remarks)),
        protocol=protocol,
        lr=record.lr,
    )


def _without_value(place: TableSlot, faulty: Record | None, protocol: str) -> TableEntry:
    """Return the entry of a slot that is not measured, or whose measurement failed.

    Args:
        place: The slot.
        faulty: Record without a value; None: nothing was measured.
        protocol: Name of the protocol, where it is not the table's.
    """
    verdict, reason = _unmeasured(place, faulty)
    return TableEntry(
        place.row,
        place.column,
        place.metric,
        place.published,
        verdict,
        remarks=reason,
        bad_input=bool(faulty and faulty.bad_input),
        traceback=faulty.traceback if faulty else "",
        protocol=protocol,
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
        uses_foreign_weights=bool(place.method and place.method.uses_foreign_weights),
        device=record.device,
        printed_on=plan.table.printed_on.get(place.column.metric, ""),
        incomparable=plan.table.incomparable.get(place.column.metric, ""),
        trained_here=source in {"bundled", "trained"},
        full_budget=full_budget,
        exact_dataset=copy.exact,
        other_data=bool(copy.fault) or (full_budget and bool(papers_training_data(place.method))),
    )


def _values_by_other_rules(place: TableSlot, by_key: Mapping[str, Record]) -> dict[str, float]:
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


def _unmeasured(place: TableSlot, record: Record | None) -> tuple[Verdict, str]:
    if record is None:
        return Verdict.UNMEASURED, place.reason or "not run"
    if record.status == "failed":
        return Verdict.FAILED, record.error
    return Verdict.UNAVAILABLE, record.error or record.remarks
