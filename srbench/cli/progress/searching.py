"""Progress of an architecture search: a bar over the architectures on a terminal, no output in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.progress import Progress

    from srbench.records.record import Record
    from srbench.search.evaluation import Evaluation


class SearchBar:
    """Progress events of a search, displayed as a bar if there is one."""

    def __init__(self, progress: Progress | None = None, budget: int = 0) -> None:
        self._progress = progress
        self._task = progress.add_task("search", total=budget) if progress else None

    def started(self, job: Evaluation) -> None:
        """Show the label of the architecture beside the bar."""
        if self._progress and self._task is not None:
            self._progress.update(self._task, description=job.label)

    def image(self, job: Evaluation, name: str) -> None:
        """Ignore single images; the bar counts architectures."""

    def finished(self, job: Evaluation, records: list[Record]) -> None:
        """Advance the bar by one architecture and print its result."""
        if self._progress and self._task is not None:
            self._progress.advance(self._task)
            for record in records:
                value = record.error if record.value is None else f"{record.value:.3f} dB"
                self._progress.console.print(f"{job.label}: {value}", markup=False)


@contextmanager
def search_progress(budget: int, *, quiet: bool) -> Iterator[SearchBar]:
    """Provide the progress events of a search of `budget` architectures; silent unless stderr is a terminal."""
    if quiet or not sys.stderr.isatty():
        yield SearchBar()
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        yield SearchBar(progress, budget)
