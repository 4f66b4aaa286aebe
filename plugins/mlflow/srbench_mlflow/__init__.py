"""Trainings and measured cells as runs of MLflow, where MLFLOW_TRACKING_URI is set; mlflow is an extra."""

from __future__ import annotations

import atexit
import os
import re
from typing import TYPE_CHECKING

from srbench import Tracker, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Largest number of characters of a tag."""
REFUSED = re.compile(r"[^\w\-. /]")
"""Characters that MLflow refuses in names."""


class Runs:
    """The runs of MLflow of a command: one for each phase that is trained, and one for each method that is measured."""

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
        """Log the report of a training; the last report of a phase ends its run."""
        self._log(self._run(state.title, state.settings), state.numbers, state.step)
        if state.last:
            self.client.set_terminated(self.open.pop(state.title))

    def add_cell(self, record: Record) -> None:
        """Log the number of a measured cell, or the reason why there is none."""
        cell = record.cell
        run = self._run(f"measured {cell.method}", {"method": cell.method})
        tags = {"protocol": cell.protocol, "record": cell.key}
        if record.value is None:
            tags["error"] = record.error or record.status
        else:
            self._log(run, {cell.label: record.value}, 0)
        for tag, text in tags.items():
            self.client.set_tag(run, REFUSED.sub("_", f"{cell.label}.{tag}"), text[:LONGEST])

    def close(self) -> None:
        """End the runs that are open."""
        while self.open:
            self.client.set_terminated(self.open.popitem()[1])

    def _run(self, name: str, parameters: Mapping[str, object]) -> str:
        """Return the identifier of the run `name`, which is created with `parameters` if it is not open."""
        if name not in self.open:
            self.open[name] = self.client.create_run(self.experiment, run_name=name).info.run_id
            for key, value in parameters.items():
                self.client.log_param(self.open[name], key, value)
        return self.open[name]

    def _log(self, run: str, numbers: Mapping[str, float], step: int) -> None:
        for name, value in numbers.items():
            self.client.log_metric(run, REFUSED.sub("_", name), value, step=step)


TRACKER = Tracker(
    "MLflow",
    variable="MLFLOW_TRACKING_URI",
    library="mlflow",
    install="srbench-mlflow[mlflow]",
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
