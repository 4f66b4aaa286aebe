"""What is to be measured: plain data that hashes, pickles and runs in any process."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from srbench.records.cell import Cell
from srbench.specs.identity import metric_identity
from srbench.storage.canonical_hash import canonical_hash

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.data.datasets.dataset import Dataset
    from srbench.inference.method import ResolvedMethod
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
            canonical_hash(self.identity(metric)),
        )

    @property
    def cells(self) -> tuple[Cell, ...]:
        """One cell for each metric."""
        return tuple(self.cell(metric) for metric in self.metrics)

    @property
    def timed(self) -> bool:
        """Whether one of its metrics measures the machine rather than the method: beside other work that is none."""
        return any(not metric.spec.repeatable for metric in self.metrics)

    def identity(self, metric: ResolvedMetric) -> dict[str, Any]:
        """Return all that the number of one metric depends on, as plain data; its hash is the cell's key."""
        identity: dict[str, Any] = {
            "method": self.method.name,
            **self.method.identity,
            "scale": float(self.scale),
            "profile": self.profile,
            "seed": self.seed,
            "metric": metric_identity(metric.spec, (sha256 for _, _, sha256 in metric.weights)),
        }
        # tiles of a network that looks at the whole image are an approximation
        if self.tile is not None and self.method.model.receptive_radius is None:
            identity["tile"] = self.tile
        if not metric.spec.repeatable:
            identity["machine"] = self.machine
        if metric.spec.subject != "image":
            return identity
        dataset = self.dataset
        identity["protocol"] = self.protocol.identity()
        identity["dataset"] = {
            "name": dataset.name if dataset else "",
            "pixels": self.dataset_hash,
            "lr": "degradation" if dataset and dataset.degradation else self.lr,
        }
        if dataset and dataset.derivation:
            identity["dataset"]["derivation"] = dataset.derivation
        if self.method.sigma_hash and metric.spec.needs_sigma:
            identity["sigma_from"] = self.method.sigma_hash
        return identity
