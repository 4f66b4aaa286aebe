"""End of a command that measures: failures on stderr, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.results.verdict import Verdict
from srbench.cli.process import tracebacks
from srbench.escape import visible

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.results.table_result import Result, TableEntry


def report_failures(result: Result) -> None:
    """Print the failed cells on stderr, one line for each row, dataset and reason; warn if nothing was measured.

    With ``--traceback`` their traces come first.
    """
    failures: dict[tuple[str, str, str], list[str]] = {}
    for entry in result.failed:
        where = (entry.row.label, entry.column.dataset, entry.remarks)
        failures.setdefault(where, []).append(entry.column.metric)
    show_traces(result)
    for (row, dataset, reason), metrics in failures.items():
        text = f"error: {' '.join(filter(None, (row, dataset)))} ({', '.join(metrics)}): {reason}"
        click.echo(visible(text), err=True)
    if _nothing_measured(result) and not failures:
        reasons = "; ".join(dict.fromkeys(entry.remarks for entry in result.entries))
        text = f"warning: {_name(result)}: 0 of {len(result.entries)} cells measured: {reasons}"
        click.echo(visible(text), err=True)


def show_traces(result: Result) -> None:
    """Print the traces of the failed cells on stderr, if the user asked for tracebacks."""
    if tracebacks.wanted():
        for trace in dict.fromkeys(entry.traceback for entry in result.failed):
            click.echo(trace, err=True)


def report_strict(result: Result) -> None:
    """Print on stderr how many wanted cells are not measured or differ from print; nothing if there are none."""
    unmeasured, differing = _unmet(result)
    if unmeasured or differing:
        click.echo(
            f"error: {_name(result)}: {len(unmeasured)} of {len(result.entries)} cells not measured, "
            f"{len(differing)} measured cells differ from print (--strict)",
            err=True,
        )


def exit_code(results: Iterable[Result], *, strict: bool = False) -> int:
    """Return the exit code of a command that measured `results`.

    Args:
        results: The measured tables.
        strict: Whether every wanted cell has to be measured and must not differ from print.

    Returns:
        2 if a cell failed because of its input (a damaged image, a wrong checkpoint); else 1 if a cell failed for
        another reason, if a table has not one measured cell, or if `strict` is violated; else 0.
    """
    results = list(results)
    failed = [entry for result in results for entry in result.failed]
    if any(entry.bad_input for entry in failed):
        return 2
    violated = strict and any(cells for result in results for cells in _unmet(result))
    return 1 if failed or violated or any(map(_nothing_measured, results)) else 0


def _nothing_measured(result: Result) -> bool:
    return bool(result.entries) and not result.measured


def _unmet(result: Result) -> tuple[list[TableEntry], list[TableEntry]]:
    """Return the wanted cells that are not measured, and those that differ from print.

    Wanted is every cell of the table, but for the scales that a row is not for.
    """
    wanted = [
        entry
        for entry in result.entries
        if not entry.row.scales or entry.column.scale is None or entry.column.scale in entry.row.scales
    ]
    unmeasured = [entry for entry in wanted if entry.measured is None]
    return unmeasured, [entry for entry in wanted if entry.verdict is Verdict.DIFFERS]


def _name(result: Result) -> str:
    """Return the name of a table, or of the figure whose numbers the result holds."""
    if not result.plugin:
        return result.table.title
    figure = result.table.id.removeprefix("figure-")
    return f"{result.plugin}, " + (f"Table {figure}" if figure == result.table.id else f"Figure {figure}")
