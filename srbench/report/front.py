"""The front of the report: per paper what is measured, reproduced and different, and what would fill the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.report.tables import ReportedEntry, ReportedTable

COMMANDS = {
    "data": "srbench data get {name}",
    "weights": "srbench data get {name}",
    "images": "srbench data get {name}",
}
"""Command that gets what is missing, by `Lack.kind`."""
CUTS = ("short", "quick")
"""Budgets to train at, the nearest to the paper's first."""
RUN = "\0run"
"""Stands for the command that runs all tables with the same gap, until they are known."""


@dataclass(frozen=True)
class Gap:
    """Printed numbers that one missing thing keeps from being measured."""

    reason: str
    command: str
    """Command that would help; empty if there is none."""
    numbers: int


@dataclass(frozen=True)
class PaperSummary:
    """Counts of a paper's printed numbers."""

    plugin: str
    title: str
    printed: int
    measured: int
    reproduced: int
    unprinted: int
    """Number of measured values that the paper does not print: of other datasets, or of reduced networks."""
    differs: tuple[ReportedEntry, ...]
    verdicts: tuple[tuple[str, int], ...]
    """Number of measured values by verdict, the most frequent first."""
    gaps: tuple[Gap, ...]
    """Missing things, the one that would fill most numbers first."""
    tables: tuple[ReportedTable, ...]


def summarise(tables: Sequence[ReportedTable], catalog: Catalog) -> PaperSummary:
    """Return the counts of one paper's tables, which are not none; `catalog` knows what trainings can be cut to."""
    plugin = tables[0].plugin
    entries = [reported for table in tables for reported in table.entries]
    printed = [reported for reported in entries if reported.entry.published]
    measured = [reported for reported in printed if reported.entry.measured is not None]
    verdicts = Counter(str(reported.entry.verdict) for reported in measured)
    return PaperSummary(
        plugin.name,
        plugin.summary,
        len(printed),
        len(measured),
        sum(reported.entry.verdict.agrees for reported in measured),
        sum(reported.entry.measured is not None and not reported.entry.published for reported in entries),
        tuple(reported for reported in measured if reported.entry.verdict is Verdict.DIFFERS),
        tuple(verdicts.most_common()),
        tuple(_gaps(tables, catalog)),
        tuple(tables),
    )


def _gaps(tables: Sequence[ReportedTable], catalog: Catalog) -> list[Gap]:
    counts: Counter[tuple[str, str]] = Counter()
    of_tables: dict[tuple[str, str], list[str]] = {}
    for table in tables:
        for reported in table.entries:
            if reported.entry.published and reported.entry.measured is None:
                gap = _gap(reported, catalog)
                counts[gap] += 1
                ids = of_tables.setdefault(gap, [])
                if table.result.table.id not in ids:
                    ids.append(table.result.table.id)
    plugin = tables[0].plugin.name
    return [
        Gap(reason, command.replace(RUN, _run(plugin, of_tables[reason, command])), count)
        for (reason, command), count in counts.most_common()
    ]


def _run(plugin: str, tables: Sequence[str]) -> str:
    return " ".join([f"srbench run --plugin {plugin}", *(f"--table {table}" for table in tables)])


def _gap(reported: ReportedEntry, catalog: Catalog) -> tuple[str, str]:
    """Return why an entry is not measured, and the command that would help, with `RUN` for a run of its table."""
    slot = reported.slot
    if slot is None:
        return reported.entry.remarks, ""
    if reported.entry.verdict in {Verdict.FAILED, Verdict.UNAVAILABLE}:
        return reported.entry.remarks, RUN
    if not slot.reason:
        return "nothing is missing: it was not run", RUN
    others = [lack for lack in slot.lacks if lack.kind in COMMANDS]
    if others:
        lack = others[0]
        name = lack.name.partition("/")[0] if lack.kind == "data" else lack.name
        return f"{lack.kind} {name} is missing", COMMANDS[lack.kind].replace("{name}", name)
    trainings = [lack.name for lack in slot.lacks if lack.kind == "training"]
    if trainings:
        cuts = [cut for cut in CUTS if cut in catalog.recipes.get(trainings[0]).cuts]
        how = f"--profile {cuts[0]}" if cuts else "--source train"
        return "its network is not trained", f"{RUN} {how}"
    return slot.reason, ""
