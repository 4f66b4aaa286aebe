"""Progress of a training: steps, speed, time left and losses, as bars on a terminal, else as lines."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from srbench.cli.process.flags import QUIET, VERBOSE, given
from srbench.escape import visible
from srbench.terminal.duration import duration
from srbench.training.fabric import from_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.catalog import Catalog
    from srbench.records.training_step import TrainingStep
    from srbench.training.job import TrainingJob

PAUSE = 60.0
"""Seconds between two lines of a phase, where there is no terminal."""


@contextmanager
def training_progress(job: TrainingJob, catalog: Catalog, *, quiet: bool) -> Iterator[Callable[[TrainingStep], None]]:
    """Provide the observer of a training, which notifies the plugins and shows how far each phase of `job` is.

    Nothing is shown with `quiet` or ``--quiet``, and in processes other than the main one.

    Args:
        job: The training.
        catalog: The catalog whose plugins are notified of each step.
        quiet: Whether to show nothing.
    """
    if not shown(quiet=quiet):
        yield catalog.training_step
        return
    if not sys.stderr.isatty():
        lines = TrainingLines(every_report=given(VERBOSE))

        def report(state: TrainingStep) -> None:
            lines.observe(state)
            catalog.training_step(state)

        yield report
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, TextColumn("{task.fields[state]}"), console=Console(stderr=True)) as progress:
        bars = {
            phase.name: progress.add_task(f"{job.recipe.name} {phase.name}", total=phase.budget.steps, state="")
            for phase in job.recipe.phases
        }

        def observe(state: TrainingStep) -> None:
            progress.update(bars[state.phase], completed=state.step, state=describe(state))
            catalog.training_step(state)

        yield observe


class TrainingLines:
    """Lines on stderr: the first and the last report of each phase, and one a minute between them.

    Args:
        every_report: Whether each report has a line.
        clock: Function that returns the time in seconds.
    """

    def __init__(self, *, every_report: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._every_report = every_report
        self._clock = clock
        self._start = clock()
        self._last: dict[str, float] = {}

    def observe(self, state: TrainingStep) -> None:
        """Print a line if it is time for one."""
        now, last = self._clock(), self._last.get(state.phase)
        if not (self._every_report or last is None or now - last >= PAUSE or state.step == state.steps):
            return
        self._last[state.phase] = now
        left = ""
        if state.step < state.steps and state.steps_per_second > 0:
            left = f", about {duration((state.steps - state.step) / state.steps_per_second)} left"
        click.echo(
            visible(
                f"{state.recipe} {state.phase}: step {state.step} of {state.steps}; "
                f"elapsed {duration(now - self._start)}{left}; {describe(state)}"
            ),
            err=True,
        )


def announcer(*, quiet: bool) -> Callable[[str], None]:
    """Return a function that prints a remark on the course of a training on stderr, where progress is shown.

    Args:
        quiet: Whether to show nothing.
    """
    if not shown(quiet=quiet):
        return lambda _text: None
    return lambda text: click.echo(visible(text), err=True)


def shown(*, quiet: bool) -> bool:
    """Return whether progress is shown: not with `quiet` or ``--quiet``, and by the main process alone."""
    return not quiet and not given(QUIET) and is_main_process()


def is_main_process() -> bool:
    """Return whether this process has rank 0 among those that train together (torchrun and Fabric set the rank)."""
    return from_environment("RANK", from_environment("LOCAL_RANK", 0)) == 0


def describe(state: TrainingStep) -> str:
    """Return the state as text: ``3.1 it/s, loss 0.0312, 28.41 dB``."""
    losses = ", ".join(f"{name} {value:.4g}" for name, value in state.losses.items())
    psnr = "" if state.psnr is None else f", {state.psnr:.2f} dB"
    return f"{state.steps_per_second:.2f} it/s, {losses}{psnr}"
