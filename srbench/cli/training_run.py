"""Training from the command line, with a progress display and reports to observing plugins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.cli.progress.training import announcer, training_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.training.job import TrainingJob


def trainer(
    catalog: Catalog, roots: Sequence[Path], out: Path, device: str, *, quiet: bool
) -> Callable[[TrainingJob], Path]:
    """Return a function that trains a job under `out`, or continues its training, and returns the path of its weights.

    Args:
        catalog: The catalog; its plugins are notified of training steps.
        roots: Folders where data and weights are searched.
        out: Output folder.
        device: Device to train on.
        quiet: Whether to suppress the progress display.
    """

    def train(job: TrainingJob) -> Path:
        from srbench.training.run import Hardware, TrainingRun

        with training_progress(job, catalog, quiet=quiet) as observe:
            run = TrainingRun(
                catalog,
                roots,
                out,
                Hardware(device),
                on_existing="either",
                observe=observe,
                announce=announcer(quiet=quiet),
            )
            return run.train(job)

    return train
