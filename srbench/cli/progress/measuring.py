"""Progress of measurements: a bar on a terminal, else one line for each job."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from srbench.bench.events import RunEvents
from srbench.cli.process.flags import QUIET, VERBOSE, given
from srbench.cli.progress.lines import Lines, steps
from srbench.cli.progress.training import describe as describe_step
from srbench.escape import visible

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

    from rich.progress import TaskID

    from srbench.bench.planning.job import Job
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep


class Bars(RunEvents):
    """One progress bar for all images of a run, labelled with the current job, and one for each running training."""

    def __init__(self, jobs: Sequence[Job]) -> None:
        from rich.console import Console
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeElapsedColumn,
            TimeRemainingColumn,
        )

        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            TextColumn("{task.fields[state]}", markup=False),
            console=Console(stderr=True),
            transient=True,
        )
        self._task: TaskID = self._progress.add_task("loading", total=sum(map(steps, jobs)), state="")
        self._trainings: dict[str, TaskID] = {}
        self._seen: dict[int, int] = {}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def started(self, job: Job) -> None:
        """Show the name of `job` beside the bar; images of an earlier try don't count."""
        self._progress.start()
        self._progress.update(self._task, advance=-self._seen.pop(id(job), 0), description=job.label)

    def image(self, job: Job, name: str) -> None:
        """Advance the bar by one image."""
        self._seen[id(job)] = self._seen.get(id(job), 0) + 1
        self._progress.update(self._task, advance=1, description=f"{job.label} {name}")
        if given(VERBOSE):
            self._progress.console.print(f"{job.label}: {name}", markup=False)

    def finished(self, job: Job, records: list[Record]) -> None:
        """Advance the bar by the images of `job` that were not reported, and print its failures."""
        self._progress.update(self._task, advance=steps(job) - self._seen.get(id(job), 0))
        for record in records:
            if record.status == "failed":
                self._progress.console.print(f"failed: {job.label} {record.cell.metric}: {record.error}", markup=False)

    def training_started(self, task: TrainTask) -> None:
        """Show a bar for the training."""
        self._progress.start()
        self._trainings[task.key] = self._progress.add_task(task.label, total=task.job.phase.budget.steps, state="")

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Advance the bar of the training."""
        self._progress.update(self._trainings[task.key], completed=step.step, state=describe_step(step))

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Remove the bar of the training, and say how it has ended."""
        if bar := self._trainings.pop(task.key, None):
            self._progress.remove_task(bar)
        self.remark(f"{task.label}: {f'failed: {reason}' if reason else 'finished'}")

    def remark(self, text: str) -> None:
        """Print a remark above the bars."""
        self._progress.console.print(visible(text), markup=False)


def progress_for(jobs: Sequence[Job], *, quiet: bool) -> RunEvents:
    """Return the display of the progress of `jobs` on stderr: a bar on a terminal, else one line for each job.

    Args:
        jobs: The jobs; there is no display for none.
        quiet: Whether nothing is displayed, as with ``--quiet``.
    """
    if not jobs or quiet or given(QUIET):
        return RunEvents()
    if sys.stderr.isatty():
        return Bars(jobs)
    return Lines(jobs, every_image=given(VERBOSE))
