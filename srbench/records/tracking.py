"""Logs of trackers, such as MLflow: a run for each training and each measured method, and no more after an error."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from srbench.records.record import Record
    from srbench.records.training_step import TrainingStep

LONGEST = 500
"""Characters of an error message that are passed on."""


class TrackerRuns(ABC):
    """The runs of a command: one for each phase that is trained, and one for each method that is measured."""

    def __init__(self) -> None:
        self.open: dict[str, Any] = {}
        """Runs that are written to, as `begin` returned them, by name."""

    @abstractmethod
    def begin(self, name: str, facts: Mapping[str, object]) -> Any:
        """Begin a run called `name` with the parameters `facts`, and return it in the tracker's own form."""

    @abstractmethod
    def log_step(self, run: Any, values: Mapping[str, float], step: int) -> None:
        """Log the numbers of a training by name.

        Args:
            run: Run of the training.
            values: Losses, learning rate, steps per second, and ``psnr`` in dB where the step was validated.
            step: Number of the step.
        """

    @abstractmethod
    def log_cell(self, run: Any, name: str, record: Record) -> None:
        """Log the number of a measured cell, or why there is none.

        Args:
            run: Run of the method.
            name: Metric, dataset and scale: ``psnr/Set5/x4``.
            record: Record of the cell.
        """

    @abstractmethod
    def end(self, run: Any) -> None:
        """End a run."""

    def add_step(self, state: TrainingStep) -> None:
        """Log the report of a training; the last one of a phase ends its run."""
        facts = {"recipe": state.recipe, "phase": state.phase, "profile": state.profile, "seed": state.seed}
        name = f"{state.recipe} {state.phase} {state.profile} seed {state.seed}"
        values = {**state.losses, "learning_rate": state.learning_rate, "steps_per_second": state.steps_per_second}
        if state.psnr is not None:
            values["psnr"] = state.psnr
        self.log_step(self._run(name, {**facts, "steps": state.steps}), values, state.step)
        if state.step >= state.steps:
            self.end(self.open.pop(name))

    def add_cell(self, record: Record) -> None:
        """Log a measured cell."""
        cell = record.cell
        run = self._run(f"measured {cell.method}", {"method": cell.method})
        self.log_cell(run, "/".join(filter(None, (cell.metric, cell.dataset.strip("/"), f"x{cell.scale:g}"))), record)

    def _run(self, name: str, facts: Mapping[str, object]) -> Any:
        if name not in self.open:
            self.open[name] = self.begin(name, facts)
        return self.open[name]


class TrackerLog:
    """The log of a plugin, which does nothing until an environment variable is set, nor after an error.

    Args:
        name: Name of the tracker, for messages.
        begin: Function that returns the runs; called when something is logged first, and may import the tracker.
        variable: Environment variable that switches the log on.
        package: Package of the tracker.
        install: Requirement for ``pip install`` where the package is missing.
    """

    def __init__(
        self, name: str, begin: Callable[[], TrackerRuns], *, variable: str, package: str, install: str
    ) -> None:
        self.name = name
        self.begin = begin
        self.variable = variable
        self.package = package
        self.install = install
        self.runs: TrackerRuns | None = None
        """Runs of this process; None: nothing is logged yet."""
        self.failed = False
        """Whether an error has ended the log."""

    def training_step(self, state: TrainingStep) -> None:
        """Log the report of a training, for the hook ``srbench_training_step``.

        Raises:
            Unavailable: the first time, if the tracker is not installed.
            SrbenchError: the first time that the tracker raises an error.
        """
        self._write(lambda runs: runs.add_step(state))

    def cell_finished(self, record: Record) -> None:
        """Log a measured cell, for the hook ``srbench_cell_finished``.

        Raises:
            Unavailable: as `training_step`.
            SrbenchError: as `training_step`.
        """
        self._write(lambda runs: runs.add_cell(record))

    def _write(self, add: Callable[[TrackerRuns], None]) -> None:
        if self.failed or not os.environ.get(self.variable):
            return
        try:
            self.runs = self.runs or self.begin()
            add(self.runs)
        except ImportError as error:
            self.failed = True
            raise Unavailable(f"{self.package} is not installed; pip install '{self.install}'") from error
        except Exception as error:  # a tracker raises errors of every kind
            self.failed = True
            message = " ".join(str(error).split())[:LONGEST]
            raise SrbenchError(f"{self.name}: {message}; nothing more is logged") from error
