"""Jobs of a table: its cells, grouped by what is measured in one pass over a dataset."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.planning.job import Job
from srbench.device import machine
from srbench.errors import UsageError
from srbench.specs.recipe import DEMO
from srbench.storage.canonical_hash import canonical_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from srbench.bench.planning.options import Options
    from srbench.bench.resolve.resolved import ResolvedDataset, ResolvedMetric
    from srbench.inference.method import ResolvedMethod
    from srbench.records.cell import Cell
    from srbench.specs.protocol import Protocol


class Jobs:
    """Collection of jobs, to which cells are added one by one.

    Args:
        options: Settings of the measurement.
        cell_of: Function that returns the cell of a metric of a job.
        hash_files: Whether files are hashed; if not, cell keys are not valid.
    """

    def __init__(
        self, options: Options, cell_of: Callable[[Job, ResolvedMetric], Cell], *, hash_files: bool = True
    ) -> None:
        self._options = options
        self._cell_of = cell_of
        self._hash_files = hash_files
        self._jobs: dict[tuple[str, str, float, int, str], Job] = {}

    def cheapest_first(self) -> list[Job]:
        """Return all jobs, the cheapest kind first: costs of models, then images."""
        return sorted(self._jobs.values(), key=lambda job: job.dataset is not None)

    def add(
        self,
        method: ResolvedMethod,
        data: ResolvedDataset | None,
        scale: float,
        metric: ResolvedMetric,
        protocol: Protocol,
        seed: int = 0,
    ) -> Cell:
        """Add `metric` to the job that measures `method` on `data`, which is created if needed; return its cell.

        Args:
            method: The method.
            data: The dataset; None for metrics of a model or a training.
            scale: Scale of the measurement.
            metric: The metric.
            protocol: Protocol of the measurement.
            seed: Seed of a training.
        """
        if data:
            method = method.under(protocol)
        # two checkpoints with one architecture have costs of their own, as their widths differ
        by_model = metric.spec.subject == "model" and not method.opened
        subject = method.model.name if by_model else f"{method.name} {method.model.name}"
        # datasets are told apart by path, because names of folders are not unique, and by derivation, because the parts
        # of a split lie in one folder
        place = f"{data.dataset.root} {canonical_json(data.dataset.derivation)}" if data else metric.spec.subject
        key = (f"{subject} {method.sigma_hash}", place, scale, seed, protocol.hash if data else "")
        # the profile changes the number only through the budget of trainings and the demo data
        profile = self._options.profile if method.trainings or self._options.profile == DEMO else "paper"
        dataset_hash, lr = data.inputs(method) if data else ("", "")
        job = self._jobs.get(key) or Job(
            method,
            scale,
            protocol,
            (),
            dataset=data.dataset if data else None,
            dataset_hash=dataset_hash,
            lr=lr,
            profile=profile,
            seed=seed,
            device=self._options.device,
            tile=self._options.tile,
            save_to=self._options.save_images,
        )
        if metric not in job.metrics:
            job = replace(job, metrics=(*job.metrics, metric))
        if not metric.spec.repeatable and self._hash_files:  # the machine is part of the key, and needs torch
            job = replace(job, machine=job.machine or self._machine)
        self._jobs[key] = job
        return self._cell_of(job, metric)

    @cached_property
    def _machine(self) -> str:
        """Description of the device that times are measured on, as far as it is known before they are."""
        try:
            return machine(self._options.device)
        except UsageError:  # the device is where the tasks run, on another machine
            return f"{self._options.device}: of another machine"
