"""Training from the command line: with progress, and the plugins that observe told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.cli.progress.training import training_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.training.job import TrainingJob


def trainer(
    catalog: Catalog, roots: Sequence[Path], out: Path, device: str, *, quiet: bool
) -> Callable[[TrainingJob], Path]:
    """What trains a job under `out`, going on where it was stopped, and gives the path of its weights."""

    def train(job: TrainingJob) -> Path:
        from srbench.training.run import Hardware, TrainingRun

        with training_progress(job, catalog, quiet=quiet) as observe:
            return TrainingRun(catalog, roots, out, Hardware(device), on_existing="either", observe=observe).train(job)

    return train
