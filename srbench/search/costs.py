"""Costs of architectures, and the limits on them in a search."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from srbench.bench.measuring.run_job import run_job
from srbench.bench.planning.job import Job
from srbench.bench.resolve.resolved import ResolvedMetric
from srbench.errors import CODE_ERRORS, PluginError, one_line
from srbench.inference.method import ResolvedMethod

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from srbench.catalog import Catalog
    from srbench.inference.upscaler import Upscaler
    from srbench.metrics.subject import Subject
    from srbench.records.store import Store
    from srbench.specs.model import ModelSpec
    from srbench.training.job import TrainingJob


@dataclass(frozen=True)
class Limits:
    """Maximum costs of an architecture; None for no limit."""

    params: float | None = None
    """Maximum number of parameters."""
    mult_adds: float | None = None
    """Maximum number of mult-adds for a 1280 x 720 HR image, as in the papers' tables."""


class Cost:
    """Costs of one architecture, computed on first access, which raises `PluginError` if it can't be built or run."""

    def __init__(self, job: TrainingJob) -> None:
        self._job = job

    @property
    def model(self) -> ModelSpec:
        """Specification of the architecture."""
        return self._job.model

    @property
    def scale(self) -> float:
        """Scale of the costs: the first training scale, or 1 if LR and HR have equal size."""
        return 1.0 if self.model.equal_size else self._job.scales[0]

    @cached_property
    def params(self) -> float:
        """Number of parameters."""
        from srbench.metrics.params import params

        return params(self._subject)

    @cached_property
    def mult_adds(self) -> float:
        """Number of mult-adds for a 1280 x 720 HR image."""
        from srbench.metrics.macs import macs

        self.check()  # names the architecture if it can't be built
        with self._named():
            return macs(self._upscaler.subject())

    @cached_property
    def _subject(self) -> Subject:
        from srbench.metrics.subject import Subject
        from srbench.models.build import builder, shapes_of

        build = builder(self.model, self.scale, self._job.recipe.lr_mode)
        with self._named():
            model = shapes_of(build)

        def forward(lr: Tensor) -> Tensor:
            sr: Tensor = self._upscaler.subject().forward(lr)
            return sr

        return Subject(model, forward, build, self.scale, "cpu")

    @contextmanager
    def _named(self) -> Iterator[None]:
        """Name the architecture in any error of a plugin's code, which costs this architecture alone.

        Raises:
            PluginError: if the block raises.
        """
        try:
            yield
        except CODE_ERRORS as error:
            raise PluginError(
                f"model {self.model.name}, built with {dict(self.model.kwargs)}: {one_line(error)}"
            ) from error

    @cached_property
    def _upscaler(self) -> Upscaler:
        from srbench.inference.upscaler import Upscaler

        return Upscaler(ResolvedMethod(self.model.name, self.model), self.scale, device="cpu")

    def check(self) -> None:
        """Build the architecture without weights.

        Raises:
            PluginError: if it can't be built.
        """
        _ = self.params  # builds it

    def within(self, limits: Limits) -> bool:
        """Return whether parameters and mult-adds are within `limits`.

        An architecture that can't be built or run passes, so that its evaluation reports the reason.
        """
        try:
            return (limits.params is None or self.params <= limits.params) and (
                limits.mult_adds is None or self.mult_adds <= limits.mult_adds
            )
        except PluginError:
            return True

    @property
    def can_be_built(self) -> bool:
        """Whether the architecture can be built; if not, it passes all limits, so that its evaluation reports why."""
        try:
            self.check()
        except PluginError:
            return False
        return True


def latency(catalog: Catalog, cost: Cost, label: str, device: str, store: Store) -> float | None:
    """Return the median milliseconds for a 1280 x 720 HR image on `device`; None if they can't be measured.

    The latency is measured once per machine and kept as a record. One that can't be measured, since the architecture
    doesn't fit into memory for example, causes a warning.

    Args:
        catalog: Catalog that holds the metric.
        cost: The architecture.
        label: Label of the architecture in the record.
        device: The device to measure on.
        store: Store of the record.
    """
    from srbench.device import machine
    from srbench.specs.protocol import STANDARD

    metric = ResolvedMetric(catalog.metrics.get("runtime_ms"))
    method = ResolvedMethod(label, cost.model)
    job = Job(method, cost.scale, STANDARD, (metric,), device=device, machine=machine(device))
    record = store.done(job.cell(metric).key)
    if record is None:
        [record] = run_job(job)
        store.put(record)
    if record.value is None:
        warnings.warn(
            f"{label}: left out, its latency can't be measured here ({record.error}); search without --max-latency",
            stacklevel=2,
        )
    return record.value
