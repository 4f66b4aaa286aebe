"""End of a command that measures: failures on stderr, and the exit code."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.bench.results.table_result import Result


def report_failures(result: Result) -> None:
    """Print the failed cells on stderr, one line for each row, dataset and reason."""
    failures: dict[tuple[str, str, str], list[str]] = {}
    for entry in result.failed:
        where = (entry.row.label, entry.column.dataset, entry.remarks)
        failures.setdefault(where, []).append(entry.column.metric)
    for (row, dataset, reason), metrics in failures.items():
        click.echo(f"error: {' '.join(filter(None, (row, dataset)))} ({', '.join(metrics)}): {reason}", err=True)


def exit_code(results: Iterable[Result]) -> int:
    """Return the exit code of a command that measured `results`.

    Returns:
        2 if a cell failed because of its input (a damaged image, a wrong checkpoint); else 1 if a cell failed for
        another reason, or if cells were measured but no image has a value and there is no other number; else 0.
    """
    entries = [entry for result in results for entry in result.entries]
    failed = [entry for entry in entries if entry.verdict is Verdict.FAILED]
    if any(entry.bad_input for entry in failed):
        return 2
    without_value = any(entry.verdict is Verdict.UNAVAILABLE for entry in entries) and not any(
        entry.measured is not None for entry in entries
    )
    return 1 if failed or without_value else 0
