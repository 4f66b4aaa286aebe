"""What is to be measured: plain data that hashes, pickles and runs in any process."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.records.cell import Cell

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.data.datasets.dataset import Dataset
    from srbench.inference.method import ResolvedMethod
    from srbench.records.record import Record
    from srbench.specs.protocol import Protocol


@dataclass(frozen=True)
class Job:
    """Cells that share one pass over one dataset: they differ in the metric only."""

    method: ResolvedMethod
    scale: float
    protocol: Protocol
    metrics: tuple[ResolvedMetric, ...]
    dataset: Dataset | None = None
    dataset_hash: str = ""
    lr: str = ""
    """Where the LR images come from: ``file``, or ``made:<mode>``."""
    profile: str = "paper"
    seed: int = 0
    device: str = "auto"
    tile: int | None = None
    """LR pixels a side of a tile; 0: never tile; None: tile when the image would not fit into memory."""
    machine: str = ""
    """Part of the key where a metric measures the machine (runtime, memory)."""
    save_to: Path | None = None
    """Folder that receives the SR images as PNG."""

    def cell(self, metric: ResolvedMetric) -> Cell:
        """The cell of one of this job's metrics."""
        dataset = self.dataset.name if self.dataset else ""
        return Cell(
            self.method.name,
            dataset,
            self.scale,
            self.protocol.name,
            metric.spec.name,
            self.profile,
            self.seed,
            self._key(metric, dataset),
        )

    @property
    def cells(self) -> tuple[Cell, ...]:
        """One cell for each metric."""
        return tuple(self.cell(metric) for metric in self.metrics)

    @property
    def timed(self) -> bool:
        """Whether one of its metrics measures the machine rather than the method: beside other work that is none."""
        return any(not metric.spec.repeatable for metric in self.metrics)

    def run(self, on_image: Callable[[str], None] = lambda _name: None) -> list[Record]:
        """Measure its cells (`srbench.bench.measuring.run_job.run_job`)."""
        from srbench.bench.measuring.run_job import run_job

        return run_job(self, on_image)

    def failed(self, reason: Exception) -> list[Record]:
        """Records for all its cells, where it could not even report itself (`srbench.bench.measuring.run_job.failed`)."""
        from srbench.bench.measuring.run_job import failed

        return failed(self, reason)

    def _key(self, metric: ResolvedMetric, dataset: str) -> str:
        about_images = metric.spec.subject == "image"
        identity = {
            "method": self.method.name,
            **self.method.identity,
            # tiles of a network that looks at the whole image are an approximation
            "tile": self.tile if self.method.model.receptive_radius is None else None,
            "scale": self.scale,
            "profile": self.profile,
            "seed": self.seed,
            "metric": [metric.spec.name, metric.spec.version, [sha256 for _, _, sha256 in metric.weights]],
            "dataset": [dataset, self.dataset_hash, self.lr] if about_images else None,
            "protocol": self.protocol.measured_fields() if about_images else None,
            "machine": None if metric.spec.repeatable else self.machine,
        }
        if self.dataset and self.dataset.made and about_images:
            identity["made"] = self.dataset.made
        if self.method.sigma_hash and metric.spec.needs_sigma:
            identity["sigma_from"] = self.method.sigma_hash
        return hashlib.sha256(json.dumps(identity, sort_keys=True, default=str).encode()).hexdigest()
