"""Trainings and measured cells as runs of Weights & Biases, where WANDB_PROJECT is set; wandb is an extra."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from srbench import SrbenchError, Unavailable, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Characters of an error."""


class Runs:
    """A command's runs: of each phase that is trained, and of each method that is measured.

    wandb itself ends those that are open when the command ends.
    """

    def __init__(self) -> None:
        import wandb

        self.wandb = wandb
        self.open: dict[str, Any] = {}
        """The runs that are written to, by their names."""
        self.cells: dict[str, dict[str, dict[str, str]]] = {}
        """Protocol, key of the record and error of each cell, by method."""

    def add_step(self, state: TrainingStep) -> None:
        """Log the report of a training; the last one of a phase ends its run."""
        facts = {"recipe": state.recipe, "phase": state.phase, "profile": state.profile, "seed": state.seed}
        name = f"{state.recipe} {state.phase} {state.profile} seed {state.seed}"
        run = self._run(name, {**facts, "steps": state.steps})
        values = {**state.losses, "learning_rate": state.learning_rate, "steps_per_second": state.steps_per_second}
        run.log(values if state.psnr is None else {**values, "psnr": state.psnr}, step=state.step)
        if state.step >= state.steps:
            self.open.pop(name).finish()

    def add_cell(self, record: Record) -> None:
        """Log the number of a measured cell, or why there is none."""
        cell = record.cell
        run = self._run(f"measured {cell.method}", {"method": cell.method})
        name = "/".join(filter(None, (cell.metric, cell.dataset.strip("/"), f"x{cell.scale:g}")))
        facts = {"protocol": cell.protocol, "record": cell.key}
        if record.value is None:
            facts["error"] = (record.error or record.status)[:LONGEST]
        else:
            run.summary[name] = record.value
        cells = self.cells.setdefault(cell.method, {})
        cells[name] = facts
        run.config.update({"cells": cells}, allow_val_change=True)

    def _run(self, name: str, facts: Mapping[str, object]) -> Any:
        if name not in self.open:
            settings = self.wandb.Settings(console="off")
            self.open[name] = self.wandb.init(name=name, config=dict(facts), reinit="create_new", settings=settings)
        return self.open[name]


_runs: list[Runs | None] = []
"""The runs of this process, made when something is logged first; None after an error, which is told once."""


def _tell(log: Callable[[Runs], None]) -> None:
    if not os.environ.get("WANDB_PROJECT") or _runs == [None]:
        return
    try:
        if not _runs:
            _runs.append(Runs())
        if _runs[0]:
            log(_runs[0])
    except ImportError as error:
        _runs[:] = [None]
        raise Unavailable("wandb is not installed; pip install 'srbench-wandb[wandb]'") from error
    except Exception as error:
        _runs[:] = [None]
        raise SrbenchError(f"wandb: {' '.join(str(error).split())[:LONGEST]}; nothing more is logged") from error


@hookimpl
def srbench_training_step(state: TrainingStep) -> None:
    """Log the report of a training."""
    _tell(lambda runs: runs.add_step(state))


@hookimpl
def srbench_cell_finished(record: Record) -> None:
    """Log a measured cell."""
    _tell(lambda runs: runs.add_cell(record))
