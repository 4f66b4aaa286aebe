"""Summary of a paper in the report: counts of its printed numbers, and commands that would measure the rest."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.bench.results.run_options import PAPER, parse_options_label, run_words
from srbench.bench.results.verdict import Verdict
from srbench.specs.recipe import DEMO, PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.report.tables import ReportedEntry, ReportedTable

COMMANDS = {
    "data": "srbench data get {name}",
    "weights": "srbench data get {name}",
    "images": "srbench data get {name}",
}
"""Command that fetches a missing thing, by `Lack.kind`."""
CUT_PROFILES = tuple(name for name in reversed(PROFILES) if name not in {DEMO, PAPER})
"""Profiles to train under, the one with the budget nearest to the paper's first."""


@dataclass(frozen=True)
class Remedy:
    """Reason why a number is not measured, and what would help."""

    reason: str
    command: str = ""
    """Command that would help; empty if there is none, or if it is ``srbench run``."""
    run_options: str | None = None
    """Options with which ``srbench run`` of the number's table would measure it; None if a run does not help."""


@dataclass(frozen=True)
class Gap:
    """Printed numbers that are not measured for one reason."""

    reason: str
    command: str
    """Command that would help; empty if there is none."""
    numbers: int
    """Count of the numbers."""


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
    """Return the counts of one paper's tables, at least one; `catalog` has the profiles of recipes."""
    plugin = tables[0].plugin
    entries = [reported for table in tables for reported in table.entries]
    printed = [reported for reported in entries if reported.entry.published]
    measured = [reported for reported in printed if reported.entry.measured is not None]
    verdicts = Counter(str(reported.entry.verdict) for reported in measured)
    return PaperSummary(
        plugin=plugin.name,
        title=plugin.summary,
        printed=len(printed),
        measured=len(measured),
        reproduced=sum(reported.entry.verdict.agrees for reported in measured),
        unprinted=sum(reported.entry.measured is not None and not reported.entry.published for reported in entries),
        differs=tuple(reported for reported in measured if reported.entry.verdict is Verdict.DIFFERS),
        verdicts=tuple(verdicts.most_common()),
        gaps=tuple(_gaps(tables, catalog)),
        tables=tuple(tables),
    )


def _gaps(tables: Sequence[ReportedTable], catalog: Catalog) -> list[Gap]:
    """Return the gaps of one paper's tables; one command runs all tables with the same gap."""
    counts: Counter[Remedy] = Counter()
    tables_with: dict[Remedy, list[str]] = {}
    for table in tables:
        for reported in table.entries:
            if reported.entry.published and reported.entry.measured is None:
                remedy = _remedy(table, reported, catalog)
                counts[remedy] += 1
                ids = tables_with.setdefault(remedy, [])
                if table.result.table.id not in ids:
                    ids.append(table.result.table.id)
    plugin = tables[0].plugin.name
    return [
        Gap(remedy.reason, _command(remedy, plugin, tables_with[remedy]), count)
        for remedy, count in counts.most_common()
    ]


def _command(remedy: Remedy, plugin: str, tables: Sequence[str]) -> str:
    if remedy.run_options is None:
        return remedy.command
    words = [f"srbench run --plugin {plugin}", *(f"--table {table}" for table in tables), remedy.run_options]
    return " ".join(filter(None, words))


def _remedy(table: ReportedTable, reported: ReportedEntry, catalog: Catalog) -> Remedy:
    """Return why an entry of `table` is not measured, and what would help."""
    slot = reported.slot
    again = run_words(parse_options_label(table.result.options))
    if slot is None:
        return Remedy(reported.entry.remarks)
    if reported.entry.verdict in {Verdict.FAILED, Verdict.UNAVAILABLE}:
        return Remedy(reported.entry.remarks, run_options=again)
    if not slot.reason:
        return Remedy("nothing is missing: it was not run", run_options=again)
    if lack := next((lack for lack in slot.lacks if lack.kind in COMMANDS), None):
        return Remedy(f"{lack.kind} {lack.source} is missing", COMMANDS[lack.kind].format(name=lack.source))
    if lack := next((lack for lack in slot.lacks if lack.kind == "training"), None):
        profiles = [name for name in CUT_PROFILES if name in catalog.recipes.get(lack.name).cuts]
        options = f"--profile {profiles[0]}" if profiles else "--source train"
        apart = "" if options == again or not table.result.measured else "; the run prints a table beside this one"
        return Remedy(f"its network is not trained{apart}", run_options=options)
    return Remedy(slot.reason)
