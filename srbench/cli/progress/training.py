"""Progress of a training on a terminal (steps, steps per second, time left, losses); no output in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from srbench.training.fabric import from_environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from srbench.catalog import Catalog
    from srbench.records.training_step import TrainingStep
    from srbench.training.job import TrainingJob


@contextmanager
def training_progress(job: TrainingJob, catalog: Catalog, *, quiet: bool) -> Iterator[Callable[[TrainingStep], None]]:
    """Provide the observer of a training, which notifies the plugins and moves one bar for each phase of `job`.

    There are no bars if `quiet` is set, in processes other than the main one, and if stderr is not a terminal.

    Args:
        job: The training.
        catalog: The catalog whose plugins are notified of each step.
        quiet: Whether to suppress the bars.
    """
    if quiet or not is_main_process() or not sys.stderr.isatty():
        yield catalog.training_step
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


def is_main_process() -> bool:
    """Return whether this process has rank 0 among those that train together (torchrun and Fabric set the rank)."""
    return from_environment("RANK", from_environment("LOCAL_RANK", 0)) == 0


def describe(state: TrainingStep) -> str:
    """Return the state as text: ``3.1 it/s, loss 0.0312, 28.41 dB``."""
    losses = ", ".join(f"{name} {value:.4g}" for name, value in state.losses.items())
    psnr = "" if state.psnr is None else f", {state.psnr:.2f} dB"
    return f"{state.steps_per_second:.2f} it/s, {losses}{psnr}"
