"""What is to be measured: plain data that hashes, pickles and runs in any process."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from srbench.bench.record import Record
    from srbench.data.datasets import Dataset
    from srbench.data.training_sources import TrainingImage
    from srbench.protocol import Protocol
    from srbench.specs import MethodSpec, MetricSpec, ModelSpec, WeightsSpec
    from srbench.training.job import TrainingJob


MODEL_IDENTITY = ("name", "build", "version", "joint", "grey", "resize_aware")
"""Fields of a `ModelSpec`, beside its kwargs, that change what the network gives."""


@dataclass(frozen=True)
class Method:
    """A method resolved: the model, and the very file its weights come from.

    `weights` is None for interpolation, and for a model of which only the cost is measured.
    """

    name: str
    model: ModelSpec
    weights: Path | None = None
    weights_sha256: str = ""
    weights_spec: WeightsSpec | None = None
    source: str = "none"
    ensemble: tuple[str, ...] = ()
    training: TrainingJob | None = None
    """What makes `weights`, where srbench trains them itself; `weights_sha256` is then its key, since the file need not
    be there yet."""
    part: str = ""
    """`model` is the submodule of this name of the network that `weights` are of; empty: it is that network."""
    trained_at: tuple[float, ...] = ()
    """The scales that its recipe draws from, where one set of weights serves real ones."""
    sigma_from: tuple[TrainingImage, ...] = ()
    """Training images whose mean error is the one sigma of all pixels, for a network that predicts none."""
    sigma_hash: str = ""
    """Fingerprints of `sigma_from`."""
    psnr_oriented: Method | None = None
    """What its weights are blended with (`MethodSpec.psnr_oriented`); None: they are its own alone."""
    alpha: float = 1.0
    """Share of its own weights."""
    members: tuple[Method, ...] = ()
    """The methods that its SR image is the mean of (`MethodSpec.members`)."""
    shares: tuple[float, ...] = ()
    """How much each of `members` counts; they add up to 1."""

    @classmethod
    def of(cls, spec: MethodSpec, model: ModelSpec, **resolved: Any) -> Method:
        """`spec` with its model and weights looked up."""
        return cls(spec.name, model, ensemble=spec.ensemble, **{"source": spec.source, **resolved})

    @property
    def identity(self) -> dict[str, Any]:
        """What of it a record's key depends on: model, wrappers, and all weights. Its own name is not among them."""
        model = self.model
        identity: dict[str, Any] = {
            "model": [*(getattr(model, name) for name in MODEL_IDENTITY), sorted(model.kwargs.items())],
            "ensemble": self.ensemble,
            "weights": [self.weights_sha256, self.weights_spec and self.weights_spec.convert],
        }
        if self.part:
            identity["part"] = self.part
        if other := self.psnr_oriented:
            convert = other.weights_spec and other.weights_spec.convert
            identity["psnr_oriented"] = [self.alpha, other.weights_sha256, convert, *filter(None, [other.part])]
        if self.members:
            identity["members"] = [[share, one.identity] for share, one in zip(self.shares, self.members, strict=True)]
        return identity

    @property
    def trainings(self) -> tuple[TrainingJob, ...]:
        """All that has to be trained here for it, in this order."""
        needed = (*self.members, *([self.psnr_oriented] if self.psnr_oriented else ()))
        before = tuple(training for one in needed for training in one.trainings)
        return (*before, self.training) if self.training else before

    @property
    def blend(self) -> str:
        """``alpha 0.8 between esrgan-cnn and esrgan-gan``; empty where its weights are its own alone."""
        if self.psnr_oriented is None:
            return ""
        own = self.name.rpartition("@")[0] or self.name
        return f"network interpolation: alpha {self.alpha:.15g} from {self.psnr_oriented.name} (0) to {own} (1)"

    @property
    def mixture(self) -> str:
        """``mean of carn-m and imdn``, or ``weighted mean: 0.25 carn-m + 0.75 imdn``; empty for a single network."""
        if not self.members:
            return ""
        if len(set(self.shares)) == 1:
            return f"mean of {' and '.join(one.name for one in self.members)}"
        parts = zip(self.shares, self.members, strict=True)
        return f"weighted mean: {' + '.join(f'{share:.4g} {one.name}' for share, one in parts)}"

    def extrapolated(self, scale: float) -> str:
        """What is to be said of `scale`, where it lies outside of all that the network was trained at; else empty."""
        if beyond := next(filter(None, (one.extrapolated(scale) for one in self.members)), ""):
            return beyond
        if not self.trained_at or min(self.trained_at) <= scale <= max(self.trained_at):
            return ""
        return f"extrapolated: trained at x{min(self.trained_at):g} to x{max(self.trained_at):g}"


@dataclass(frozen=True)
class Metric:
    """A metric with the files of its own network: (name, path, SHA-256) each."""

    spec: MetricSpec
    weights: tuple[tuple[str, Path, str], ...] = ()


@dataclass(frozen=True)
class Cell:
    """One number: method x dataset x scale x protocol x metric x profile x seed.

    `dataset` is empty for the cost of a model. `key` names the record; it depends on all that can change the number:
    also the pixels of the dataset, the bytes of the weights, and the versions of model and metric.
    """

    method: str
    dataset: str
    scale: float
    protocol: str
    metric: str
    profile: str
    seed: int
    key: str


@dataclass(frozen=True)
class Job:
    """Cells that share one pass over one dataset: they differ in the metric only."""

    method: Method
    scale: float
    protocol: Protocol
    metrics: tuple[Metric, ...]
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

    def cell(self, metric: Metric) -> Cell:
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
        """Measure its cells (`srbench.bench.measure.run_job`)."""
        from srbench.bench.measure import run_job

        return run_job(self, on_image)

    def failed(self, reason: Exception) -> list[Record]:
        """Records for all its cells, where it could not even report itself (`srbench.bench.measure.failed`)."""
        from srbench.bench.measure import failed

        return failed(self, reason)

    def _key(self, metric: Metric, dataset: str) -> str:
        about_images = metric.spec.of == "image"
        identity = {
            "method": self.method.name,
            **self.method.identity,
            # tiles of a network that looks at the whole image are an approximation
            "tile": self.tile if self.method.model.halo is None else None,
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
