"""Trainings and measured cells as runs of Weights & Biases, where WANDB_PROJECT is set; wandb is an extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import Tracker, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Largest number of characters of an error."""


class Runs:
    """The runs of wandb of a command: one for each phase that is trained, and one for each method that is measured.

    wandb itself ends those that are open when the command ends.
    """

    def __init__(self) -> None:
        import wandb

        self.wandb = wandb
        self.open: dict[str, Any] = {}
        """The runs that are written to, by name."""
        self.cells: dict[str, dict[str, dict[str, str]]] = {}
        """Protocol, key of the record and error of each cell, by method and by name of the cell."""

    def add_step(self, state: TrainingStep) -> None:
        """Log the report of a training; the last report of a phase ends its run."""
        self._run(state.title, state.settings).log(state.numbers, step=state.step)
        if state.last:
            self.open.pop(state.title).finish()

    def add_cell(self, record: Record) -> None:
        """Log the number of a measured cell, or the reason why there is none."""
        cell = record.cell
        run = self._run(f"measured {cell.method}", {"method": cell.method})
        facts = {"protocol": cell.protocol, "record": cell.key}
        if record.value is None:
            facts["error"] = (record.error or record.status)[:LONGEST]
        else:
            run.summary[cell.label] = record.value
        cells = self.cells.setdefault(cell.method, {})
        cells[cell.label] = facts
        run.config.update({"cells": cells}, allow_val_change=True)

    def _run(self, name: str, configuration: Mapping[str, object]) -> Any:
        """Return the run `name`, which begins with `configuration` if it is not open."""
        if name not in self.open:
            settings = self.wandb.Settings(console="off")
            self.open[name] = self.wandb.init(
                name=name, config=dict(configuration), reinit="create_new", settings=settings
            )
        return self.open[name]


TRACKER = Tracker(
    "wandb",
    variable="WANDB_PROJECT",
    library="wandb",
    install="srbench-wandb[wandb]",
    begin=Runs,
)


@hookimpl
def srbench_training_step(state: TrainingStep) -> None:
    """Log the report of a training."""
    TRACKER.log(lambda runs: runs.add_step(state))


@hookimpl
def srbench_cell_finished(record: Record) -> None:
    """Log a measured cell."""
    TRACKER.log(lambda runs: runs.add_cell(record))
