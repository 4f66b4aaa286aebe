"""Trainings and measured cells as runs of Weights & Biases, where WANDB_PROJECT is set; wandb is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import TrackerLog, TrackerRuns, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Characters of an error."""


class Runs(TrackerRuns):
    """Runs of wandb, which itself ends those that are open when the command ends."""

    def __init__(self) -> None:
        super().__init__()
        import wandb

        self.wandb = wandb
        self.cells: dict[str, dict[str, dict[str, str]]] = {}
        """Protocol, key of the record and error of each cell, by method."""

    def begin(self, name: str, facts: Mapping[str, object]) -> Any:
        """Begin a run beside those that are open."""
        settings = self.wandb.Settings(console="off")
        return self.wandb.init(name=name, config=dict(facts), reinit="create_new", settings=settings)

    def log_step(self, run: Any, values: Mapping[str, float], step: int) -> None:
        """Log the numbers of a training."""
        run.log(dict(values), step=step)

    def log_cell(self, run: Any, name: str, record: Record) -> None:
        """Log a number in the summary; protocol, key of the record and error are in the run's configuration."""
        facts = {"protocol": record.cell.protocol, "record": record.cell.key}
        if record.value is None:
            facts["error"] = (record.error or record.status)[:LONGEST]
        else:
            run.summary[name] = record.value
        cells = self.cells.setdefault(record.cell.method, {})
        cells[name] = facts
        run.config.update({"cells": cells}, allow_val_change=True)

    def end(self, run: Any) -> None:
        """Finish a run."""
        run.finish()


def _begin() -> Runs:
    return Runs()


_log = TrackerLog(
    "wandb",
    _begin,
    variable="WANDB_PROJECT",
    package="wandb",
    install="srbench-wandb[wandb]",
)


@hookimpl
def srbench_training_step(state: TrainingStep) -> None:
    """Log the report of a training."""
    _log.training_step(state)


@hookimpl
def srbench_cell_finished(record: Record) -> None:
    """Log a measured cell."""
    _log.cell_finished(record)
