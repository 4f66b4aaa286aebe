"""Progress of an architecture search: a bar over the architectures on a terminal, else a line an architecture."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from srbench.cli.process.flags import QUIET, given
from srbench.escape import visible
from srbench.terminal.duration import elapsed_and_left

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

    from srbench.records.record import Record
    from srbench.search.evaluation import Evaluation


class SearchBar:
    """Progress events of a search, displayed as a bar if there is one, else as lines on stderr unless it is silent."""

    def __init__(self, progress: Progress | None = None, budget: int = 0, *, silent: bool = False) -> None:
        self._progress = progress
        self._task = progress.add_task("search", total=budget) if progress else None
        self._budget = budget
        self._silent = silent
        self._finished = 0
        self._started = time.monotonic()

    def started(self, job: Evaluation) -> None:
        """Show the label of the architecture beside the bar."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=job.label)

    def image(self, job: Evaluation, name: str) -> None:
        """Ignore single images; architectures are counted."""

    def finished(self, job: Evaluation, records: list[Record]) -> None:
        """Advance the bar by one architecture, and print its result."""
        self._finished += 1
        if self._silent:
            return
        for record in records:
            value = record.error if record.value is None else f"{record.value:.3f} dB"
            if self._progress is None:
                times = elapsed_and_left(time.monotonic() - self._started, self._finished, self._budget)
                click.echo(visible(f"[{self._finished}/{self._budget}] {job.label}: {value}; {times}"), err=True)
            elif self._task is not None:
                self._progress.console.print(f"{job.label}: {value}", markup=False)
        if self._progress and self._task is not None:
            self._progress.advance(self._task)


@contextmanager
def search_progress(budget: int, *, quiet: bool) -> Iterator[SearchBar]:
    """Provide the progress events of a search of `budget` architectures.

    Args:
        budget: Number of architectures.
        quiet: Whether nothing is displayed, as with ``--quiet``.
    """
    silent = quiet or given(QUIET)
    if silent or not sys.stderr.isatty():
        yield SearchBar(None, budget, silent=silent)
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield SearchBar(progress, budget)
