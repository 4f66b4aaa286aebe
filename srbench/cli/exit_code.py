"""How a run ends: failures named on stderr, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.results.table_result import Result


def report_failures(result: Result) -> None:
    """One line on stderr per row, dataset and reason that failed."""
    failures: dict[tuple[str, str, str], list[str]] = {}
    for entry in result.failed:
        where = (entry.row.label, entry.column.dataset, entry.remarks)
        failures.setdefault(where, []).append(entry.column.metric)
    for (row, dataset, reason), metrics in failures.items():
        click.echo(f"error: {' '.join(filter(None, (row, dataset)))} ({', '.join(metrics)}): {reason}", err=True)


def exit_code(results: Iterable[Result]) -> int:
    """0: all well; 2: a cell failed for its input (a damaged image, a wrong checkpoint); 1: it failed otherwise, or was
    measured and no image of it has a value.
    """
    entries = [entry for result in results for entry in result.entries]
    failed = [entry for entry in entries if entry.verdict is Verdict.FAILED]
    if any(entry.bad_input for entry in failed):
        return 2
    nothing = any(entry.verdict is Verdict.UNAVAILABLE for entry in entries) and not any(
        entry.measured is not None for entry in entries
    )
    return 1 if failed or nothing else 0
