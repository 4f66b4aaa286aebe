"""How a run ends: failures named on stderr, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.result import Result


def report_failures(result: Result) -> None:
    """One line on stderr per row, dataset and reason that failed."""
    failures: dict[tuple[str, str, str], list[str]] = {}
    for entry in result.failed:
        where = (entry.row.label, entry.column.dataset, entry.remarks)
        failures.setdefault(where, []).append(entry.column.metric)
    for (row, dataset, reason), metrics in failures.items():
        click.echo(f"error: {' '.join(filter(None, (row, dataset)))} ({', '.join(metrics)}): {reason}", err=True)


def exit_code(results: Iterable[Result]) -> int:
    """0: all well; 2: a cell failed for its input (a damaged image, a wrong checkpoint); 1: it failed otherwise."""
    failed = [entry for result in results for entry in result.failed]
    if not failed:
        return 0
    return 2 if any(entry.bad_input for entry in failed) else 1
