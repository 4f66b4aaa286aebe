"""Trainings and measured cells as runs of MLflow, where MLFLOW_TRACKING_URI is set; mlflow is an extra."""

from __future__ import annotations

import atexit
import os
import re
from typing import TYPE_CHECKING

from srbench import SrbenchError, Unavailable, hookimpl

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Characters of a tag."""
REFUSED = re.compile(r"[^\w\-. /]")


class Runs:
    """A command's runs: of each phase that is trained, and of each method that is measured."""

    def __init__(self) -> None:
        from mlflow import MlflowClient

        self.client = MlflowClient()
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or "srbench"
        there = self.client.get_experiment_by_name(name)
        self.experiment = there.experiment_id if there else self.client.create_experiment(name)
        self.open: dict[str, str] = {}
        """Identifier of each run that is written to, by its name."""
        atexit.register(self.close)

    def add_step(self, state: TrainingStep) -> None:
        """Log the report of a training; the last one of a phase ends its run."""
        facts = {"recipe": state.recipe, "phase": state.phase, "profile": state.profile, "seed": state.seed}
        name = f"{state.recipe} {state.phase} {state.profile} seed {state.seed}"
        run = self._run(name, {**facts, "steps": state.steps})
        values = {**state.losses, "learning_rate": state.learning_rate, "steps_per_second": state.steps_per_second}
        self._log(run, values if state.psnr is None else {**values, "psnr": state.psnr}, state.step)
        if state.step >= state.steps:
            self.client.set_terminated(self.open.pop(name))

    def add_cell(self, record: Record) -> None:
        """Log the number of a measured cell, or why there is none."""
        cell = record.cell
        run = self._run(f"measured {cell.method}", {"method": cell.method})
        name = "/".join(filter(None, (cell.metric, cell.dataset.strip("/"), f"x{cell.scale:g}")))
        tags = {"protocol": cell.protocol, "record": cell.key}
        if record.value is None:
            tags["error"] = record.error or record.status
        else:
            self._log(run, {name: record.value}, 0)
        for tag, text in tags.items():
            self.client.set_tag(run, REFUSED.sub("_", f"{name}.{tag}"), text[:LONGEST])

    def close(self) -> None:
        """End the runs that are open."""
        while self.open:
            self.client.set_terminated(self.open.popitem()[1])

    def _run(self, name: str, facts: Mapping[str, object]) -> str:
        if name not in self.open:
            self.open[name] = self.client.create_run(self.experiment, run_name=name).info.run_id
            for key, value in facts.items():
                self.client.log_param(self.open[name], key, value)
        return self.open[name]

    def _log(self, run: str, values: Mapping[str, float], step: int) -> None:
        for name, value in values.items():
            self.client.log_metric(run, REFUSED.sub("_", name), value, step=step)


_runs: list[Runs | None] = []
"""The runs of this process, made when something is logged first; None after an error, which is told once."""


def _tell(log: Callable[[Runs], None]) -> None:
    if not os.environ.get("MLFLOW_TRACKING_URI") or _runs == [None]:
        return
    try:
        if not _runs:
            _runs.append(Runs())
        if _runs[0]:
            log(_runs[0])
    except ImportError as error:
        _runs[:] = [None]
        raise Unavailable("mlflow is not installed; pip install 'srbench-mlflow[mlflow]'") from error
    except Exception as error:
        _runs[:] = [None]
        raise SrbenchError(f"MLflow: {' '.join(str(error).split())[:LONGEST]}; nothing more is logged") from error


@hookimpl
def srbench_training_step(state: TrainingStep) -> None:
    """Log the report of a training."""
    _tell(lambda runs: runs.add_step(state))


@hookimpl
def srbench_cell_finished(record: Record) -> None:
    """Log a measured cell."""
    _tell(lambda runs: runs.add_cell(record))
