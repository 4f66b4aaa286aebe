"""Trainings and measured cells as runs of MLflow, where MLFLOW_TRACKING_URI is set; mlflow is an extra."""

from __future__ import annotations

import atexit
import os
import re
from typing import TYPE_CHECKING

from srbench import TrackerLog, TrackerRuns, hookimpl

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Record, TrainingStep

LONGEST = 500
"""Characters of a tag."""
REFUSED = re.compile(r"[^\w\-. /]")
"""Characters that names of metrics and tags must not have."""


class Runs(TrackerRuns):
    """Runs of MLflow by their identifiers; those that are open end with the process."""

    def __init__(self) -> None:
        super().__init__()
        from mlflow import MlflowClient

        self.client = MlflowClient()
        name = os.environ.get("MLFLOW_EXPERIMENT_NAME") or "srbench"
        experiment = self.client.get_experiment_by_name(name)
        self.experiment = experiment.experiment_id if experiment else self.client.create_experiment(name)
        atexit.register(self.close)

    def begin(self, name: str, facts: Mapping[str, object]) -> str:
        """Begin a run, and return its identifier."""
        run: str = self.client.create_run(self.experiment, run_name=name).info.run_id
        for key, value in facts.items():
            self.client.log_param(run, key, value)
        return run

    def log_step(self, run: str, values: Mapping[str, float], step: int) -> None:
        """Log the numbers of a training as metrics."""
        for name, value in values.items():
            self.client.log_metric(run, REFUSED.sub("_", name), value, step=step)

    def log_cell(self, run: str, name: str, record: Record) -> None:
        """Log a number as a metric; protocol, key of the record and error are tags."""
        tags = {"protocol": record.cell.protocol, "record": record.cell.key}
        if record.value is None:
            tags["error"] = record.error or record.status
        else:
            self.log_step(run, {name: record.value}, 0)
        for tag, text in tags.items():
            self.client.set_tag(run, REFUSED.sub("_", f"{name}.{tag}"), text[:LONGEST])

    def end(self, run: str) -> None:
        """Mark a run as finished."""
        self.client.set_terminated(run)

    def close(self) -> None:
        """End the runs that are open."""
        while self.open:
            self.end(self.open.popitem()[1])


def _begin() -> Runs:
    return Runs()


_log = TrackerLog(
    "MLflow",
    _begin,
    variable="MLFLOW_TRACKING_URI",
    package="mlflow",
    install="srbench-mlflow[mlflow]",
)


@hookimpl
def srbench_training_step(state: TrainingStep) -> None:
    """Log the report of a training."""
    _log.training_step(state)


@hookimpl
def srbench_cell_finished(record: Record) -> None:
    """Log a measured cell."""
    _log.cell_finished(record)
