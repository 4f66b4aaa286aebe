"""Tables filled from records: each slot of a plan becomes an entry with its value, verdict and remarks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.resolve.dataset_copy import DatasetCopy
from srbench.bench.results.over_seeds import over_seeds
from srbench.bench.results.run_options import options_label
from srbench.bench.results.table_result import Result, TableEntry
from srbench.bench.results.verdict import ComparisonContext, Verdict, judge
from srbench.bench.results.weights_remark import papers_training_data, precision_remark, weights_remark
from srbench.device import device_words
from srbench.published import as_printed, published_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.slot import TableSlot
    from srbench.bench.results.over_seeds import SeedSummary
    from srbench.records.record import Record
    from srbench.specs.table import Column


def gather(plan: Plan, records: Mapping[str, Record]) -> Result:
    """Return the table of `plan`, filled from `records`, which are given by the key of their cell."""
    entries = tuple(_entry(plan, slot, records) for slot in plan.slots)
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
    """Return the published values by row label and column, also of rows that reduced rows stand for."""
    if not plan.table.published:
        return {}
    published = published_table(plan.table.published, plan.table.id)
    return {
        (label, column): value.value
        for label in {name for row in plan.table.rows for name in (row.label, row.reduced) if name}
        for column in plan.table.columns
        if (value := published.get(label, column))
    }


def _entry(plan: Plan, slot: TableSlot, by_key: Mapping[str, Record]) -> TableEntry:
    records = [by_key[cell.key] for cell in slot.cells if cell.key in by_key]
    value = over_seeds(records, slot.metric, slot.protocol) if slot.metric else None
    table_protocols = {plan.protocol.hash, plan.protocol.of_row(slot.row.grey).hash}
    protocol = "" if slot.protocol.hash in table_protocols else slot.protocol.name
    # a mean without a seed that failed would hide the failure, so the entry then has no value
    faulty = next((record for record in records if record.value is None), None)
    if slot.metric is None or value is None or faulty or len(records) < len(slot.cells):
        return _without_value(slot, faulty, protocol)
    record = records[0]
    context = _context(plan, slot, record)
    others = _values_by_other_rules(slot, by_key)
    conventions = [
        others[alternative.name]
        for alternative in slot.alternatives
        if alternative.convention and alternative.name in others
    ]
    verdict = judge(slot.metric, value.value, slot.published, context, conventions)
    about_images = slot.metric.subject == "image"
    remarks = (
        context.incomparable if verdict is Verdict.OTHER_WEIGHTS else "",
        slot.copy.fault if slot.copy else "",
        *slot.data_remarks,
        "" if slot.metric.repeatable else f"on {device_words(record.device)}",
        weights_remark(slot.method) if about_images else "",
        precision_remark(records) if about_images and slot.method and slot.method.source == "trained" else "",
        _compared(slot, others, verdict),
        *dict.fromkeys(entry.remarks for entry in records),
        slot.kept,
    )
    return TableEntry(
        slot.row,
        slot.column,
        slot.metric,
        slot.published,
        verdict,
        measured=value.value,
        std=record.std if value.seeds == 1 else None,
        interval=value.interval,
        n_images=_images_measured(value, record) if slot.column.dataset else 0,
        seeds=value.seeds,
        seed_std=value.deviation,
        by_seed=value.by_seed,
        images=value.images,
        images_by_seed=value.images_by_seed,
        trained=about_images and context.trained_here and bool(slot.method and slot.method.source == "trained"),
        remarks="; ".join(filter(None, remarks)),
        protocol=protocol,
        lr=record.lr,
    )


def _images_measured(value: SeedSummary, record: Record) -> int:
    """Return the number of images in the value of an entry, with `record` of its first seed."""
    return len(value.images) if value.seeds > 1 else len(record.finite)


def _without_value(slot: TableSlot, faulty: Record | None, protocol: str) -> TableEntry:
    """Return the entry of a slot that is not measured, or whose measurement failed.

    Args:
        slot: The slot.
        faulty: Record without a value; None: nothing was measured.
        protocol: Name of the protocol, where it is not the table's.
    """
    verdict, reason = _unmeasured(slot, faulty)
    return TableEntry(
        slot.row,
        slot.column,
        slot.metric,
        slot.published,
        verdict,
        remarks=reason,
        bad_input=bool(faulty and faulty.bad_input),
        traceback=faulty.traceback if faulty else "",
        protocol=protocol,
    )


def _context(plan: Plan, slot: TableSlot, record: Record) -> ComparisonContext:
    """Return the conditions under which `record` was measured for the slot `slot`."""
    source = slot.method.source if slot.method else "none"
    copy = slot.copy or DatasetCopy()
    full_budget = source == "trained" and plan.options.profile == "paper"
    return ComparisonContext(
        demo=plan.demo,
        own_protocol=slot.own_protocol,
        rule_inferred=bool(slot.row.rule and slot.row.rule.inferred),
        uses_foreign_weights=bool(slot.method and slot.method.uses_foreign_weights),
        device=record.device,
        printed_on=plan.table.printed_on.get(slot.column.metric, ""),
        incomparable=plan.table.incomparable.get(slot.column.metric, ""),
        trained_here=source in {"bundled", "trained"},
        full_budget=full_budget,
        exact_dataset=copy.exact,
        other_data=bool(copy.fault) or (full_budget and bool(papers_training_data(slot.method))),
    )


def _values_by_other_rules(slot: TableSlot, by_key: Mapping[str, Record]) -> dict[str, float]:
    """Return the value of each alternative of the slot that is measured, by name."""
    records = {alternative.name: by_key.get(alternative.cell.key) for alternative in slot.alternatives}
    return {name: record.value for name, record in records.items() if record and record.value is not None}


def _compared(slot: TableSlot, others: Mapping[str, float], verdict: Verdict) -> str:
    """Return the numbers of other rules, or of the convention that gives the published number, for people."""
    if slot.published is None or not others:
        return ""
    more = 1 if slot.published.printed == slot.published.text else 0
    texts = {name: as_printed(value, slot.published, more=more) for name, value in others.items()}
    if verdict is Verdict.OTHER_CONVENTION:
        return "; ".join(f"{text} by {name}" for name, text in texts.items())
    if any(alternative.convention for alternative in slot.alternatives):
        return ""
    return "rule inferred from the fit; " + ", ".join(f"{text} under {name}" for name, text in texts.items())


def _unmeasured(slot: TableSlot, record: Record | None) -> tuple[Verdict, str]:
    """Return verdict and reason of a slot without a value; `record` is that of a measurement that gave none."""
    if record is None:
        return Verdict.UNMEASURED, slot.reason or "not run"
    if record.status == "failed":
        return Verdict.FAILED, record.error
    return Verdict.UNAVAILABLE, record.error or record.remarks
