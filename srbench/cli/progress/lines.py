"""Progress of measurements where stderr is no terminal: one line for each job, for log files."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import click

from srbench.bench.events import RunEvents
from srbench.cli.progress.training import TrainingLines
from srbench.escape import visible
from srbench.terminal.counted import counted
from srbench.terminal.duration import duration, elapsed_and_left

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from srbench.bench.planning.job import Job
    from srbench.bench.tasks.train_task import TrainTask
    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep

PAUSE = 60.0
"""Seconds after which a job that is still running gets a line too."""


def steps(job: Job) -> int:
    """Return the number of steps that `job` counts for: its images, or 1 without a dataset."""
    return len(job.dataset.images) if job.dataset else 1


class Lines(RunEvents):
    """One line on stderr for each finished job, with its time, and the time that all jobs have taken and will take.

    Args:
        jobs: All jobs.
        every_image: Whether each measured image has a line too.
        clock: Function that returns the time in seconds.
    """

    def __init__(
        self, jobs: Sequence[Job], *, every_image: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._jobs = len(jobs)
        self._total = sum(steps(job) for job in jobs if job.dataset)
        self._every_image = every_image
        self._clock = clock
        self._trainings: dict[str, tuple[float, TrainingLines]] = {}
        """When each running training started, and its lines, by the key of its task."""
        self._began: float | None = None
        """When the first job started."""
        self._started: dict[int, float] = {}
        self._first_pass: float | None = None
        """When the first job with images started; costs, which take a moment, tell nothing about the time left."""
        self._images: dict[int, int] = {}
        self._finished = 0
        self._done = 0
        self._last = 0.0

    def started(self, job: Job) -> None:
        """Note when `job` has started; images of an earlier try don't count."""
        now = self._clock()
        self._began = now if self._began is None else self._began
        self._done -= self._images.pop(id(job), 0)
        self._last = now if not self._started else self._last
        self._started[id(job)] = now
        if job.dataset and self._first_pass is None:
            self._first_pass = now

    def image(self, job: Job, name: str) -> None:
        """Print a line if each image has one, or if there has been none for a while."""
        seen = self._images[id(job)] = self._images.get(id(job), 0) + 1
        self._done += 1
        if self._every_image or self._clock() - self._last >= PAUSE:
            self._print(f"[{self._finished + 1}/{self._jobs}] {job.label}: image {seen} of {steps(job)}, {name}")

    def finished(self, job: Job, records: list[Record]) -> None:
        """Print the line of `job`, with the number of cells that failed."""
        self._finished += 1
        if job.dataset:
            self._done += steps(job) - self._images.get(id(job), 0)
        now = self._clock()
        took = duration(now - self._started.get(id(job), now))
        images = counted(steps(job), "image") if job.dataset else "done"
        failed = sum(record.status == "failed" for record in records)
        state = f"{failed} of {len(records)} cells failed" if failed else images
        self._print(f"[{self._finished}/{self._jobs}] {job.label}: {state} in {took}")

    def training_started(self, task: TrainTask) -> None:
        """Note when a training has started."""
        lines = TrainingLines(every_report=self._every_image, clock=self._clock)
        self._trainings[task.key] = (self._clock(), lines)

    def training_step(self, task: TrainTask, step: TrainingStep) -> None:
        """Print a line if it is time for one."""
        self._trainings[task.key][1].observe(step)

    def training_ended(self, task: TrainTask, reason: str) -> None:
        """Print how the training has ended."""
        started, _ = self._trainings.pop(task.key, (self._clock(), None))
        ended = f"failed: {reason}" if reason else f"finished in {duration(self._clock() - started)}"
        self.remark(f"{task.label}: {ended}")

    def remark(self, text: str) -> None:
        """Print a remark."""
        click.echo(visible(text), err=True)

    def _print(self, text: str) -> None:
        now = self._last = self._clock()
        elapsed = now - (now if self._began is None else self._began)
        worked = now - (now if self._first_pass is None else self._first_pass)
        click.echo(visible(f"{text}; {elapsed_and_left(elapsed, self._done, self._total, worked)}"), err=True)
