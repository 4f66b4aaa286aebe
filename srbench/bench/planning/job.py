"""Jobs that measure table cells, as plain data that can be hashed, pickled and run in any process."""

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
    """Cells that share one pass over one dataset and differ only in the metric."""

    method: ResolvedMethod
    """Method to measure; for an image metric as it is under the protocol (`ResolvedMethod.under`)."""
    scale: float
    protocol: Protocol
    metrics: tuple[ResolvedMetric, ...]
    dataset: Dataset | None = None
    """Dataset to measure on; None for metrics of a model or a training."""
    dataset_hash: str = ""
    """Fingerprint of the dataset's pixels."""
    lr: str = ""
    """Source of the LR images: ``file``, or ``made:<mode>``."""
    profile: str = "paper"
    seed: int = 0
    device: str = "auto"
    tile: int | None = None
    """Side of a tile in LR pixels; 0: never tile; None: tile only images that do not fit into memory."""
    machine: str = ""
    """Name of the machine; part of the key of metrics that measure the machine (runtime, memory)."""
    save_to: Path | None = None
    """Folder that receives the SR images as PNG."""

    @property
    def label(self) -> str:
        """The measurement in words: ``pcarn-m Set5 x4``; ``pcarn-m cost x4`` without a dataset."""
        return f"{self.method.name} {self.dataset.name if self.dataset else 'cost'} x{self.scale:g}"

    def cell(self, metric: ResolvedMetric) -> Cell:
        """Return the cell of `metric`, one of this job's metrics."""
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
        """The cells of this job, one for each metric."""
        return tuple(self.cell(metric) for metric in self.metrics)

    @property
    def timed(self) -> bool:
        """True if a metric measures the machine (runtime, memory), so that other work must not run at the same time."""
        return any(not metric.spec.repeatable for metric in self.metrics)

    def identity(self, metric: ResolvedMetric) -> dict[str, Any]:
        """Return everything that the value of `metric` depends on, as plain data; its hash is the cell's key."""
        identity: dict[str, Any] = {
            "method": self.method.name,
            **self.method.identity,
            "scale": float(self.scale),
            "profile": self.profile,
            "seed": self.seed,
            "metric": metric_identity(metric.spec, (sha256 for _, _, sha256 in metric.weights)),
        }
        # tiling changes the result of a network whose receptive field is the whole image
        if self.tile is not None and self.method.model.receptive_radius is None:
            identity["tile"] = self.tile
        if not metric.spec.repeatable:
            identity["machine"] = self.machine
        if metric.spec.subject != "image":
            return identity
        dataset = self.dataset
        identity["protocol"] = self.protocol.identity()
        if self.method.model.grey == "keep" and not self.method.images:
            identity["protocol"].pop("grey", None)  # the model's identity has it
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
