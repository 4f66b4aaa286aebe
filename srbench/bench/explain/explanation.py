"""Why a number is not another: the same SR images, measured under every variant of the protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from srbench.bench.explain.protocol_variants import LR_MODES, Variant, describe, variants
from srbench.bench.measuring.aggregate import aggregate
from srbench.bench.measuring.run_job import instance, samples, upscaler_of
from srbench.errors import DataError, Unavailable
from srbench.metrics.macs import macs
from srbench.models.tensors import to_uint8

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from srbench.bench.explain.target import ExplainTarget
    from srbench.bench.planning.job import Job
    from srbench.data.datasets.dataset import Dataset
    from srbench.execution.executor import Events
    from srbench.metrics import Sample
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol

CHEAP = 100e9
"""Mult-adds for a 1280 x 720 image up to which a method is run again on LR images of the other kinds: seconds an image
on a CPU, and enough for interpolation and the light networks (PCARN, IMDN at x3 and x4)."""

ValuesByProtocol = dict["Protocol", dict[str, float]]
"""Per-image values under each protocol, leaving aside its name and how it gathers them."""


@dataclass(frozen=True)
class VariantValue:
    """The value under one variant."""

    variant: Variant
    value: float | None
    images: int


@dataclass(frozen=True)
class Explanation:
    """The value as it is, with each change, and with each two."""

    case: ExplainTarget
    rungs: tuple[VariantValue, ...]
    note: str

    @property
    def metric(self) -> MetricSpec:
        """What is measured."""
        return self.case.job.metrics[0].spec

    @property
    def base(self) -> VariantValue:
        """Without any change."""
        return self.rungs[0]

    def to_base(self, rung: VariantValue) -> float | None:
        """The rung's value minus the base's."""
        return None if rung.value is None or self.base.value is None else rung.value - self.base.value

    def to_published(self, rung: VariantValue) -> float | None:
        """The rung's value minus the published one."""
        published = self.case.published
        return None if rung.value is None or published is None else rung.value - published.value

    def nearest(self, changes: int) -> VariantValue | None:
        """Of the rungs with that many changes, the one nearest to the published value; None where none has one.

        One that has the very value of a rung with fewer changes doesn't count: a change of it does nothing.
        """
        simpler = {rung.value for rung in self.rungs if len(rung.variant.changes) < changes}
        distances = [
            (abs(distance), number)
            for number, rung in enumerate(self.rungs)
            if len(rung.variant.changes) == changes
            and rung.value not in simpler
            and (distance := self.to_published(rung)) is not None
        ]
        return self.rungs[min(distances)[1]] if distances else None

    def as_object(self) -> dict[str, object]:
        """What ``--json`` prints."""
        job, published = self.case.job, self.case.published
        marked = [self.nearest(1), self.nearest(2)]
        return {
            "row": self.case.label,
            "method": job.method.name,
            "dataset": job.dataset.name if job.dataset else "",
            "scale": job.scale,
            "metric": self.metric.name,
            "published": published.value if published else None,
            "protocol": job.protocol.name,
            "description": describe(job.protocol),
            "note": self.note,
            "variants": [
                {
                    "changes": [change.label for change in rung.variant.changes],
                    "value": rung.value,
                    "to_base": self.to_base(rung),
                    "to_published": self.to_published(rung),
                    "nearest": any(rung is one for one in marked),
                    "n_images": rung.images,
                    "hash": rung.variant.protocol.hash,
                }
                for rung in self.rungs
            ],
        }


def jobs_by_lr_mode(case: ExplainTarget) -> tuple[list[Job], str]:
    """One job for each kind of LR image to be tried, the case's own first; and why there are no others.

    Raises what `Upscaler` raises.
    """
    job, dataset = case.job, dataset_of(case.job)
    if dataset.degradation:
        return [job], f"only on the LR images of {dataset.name}: they are made by {dataset.degradation.label}"
    if all(dataset.uses_own_lr(job.scale, mode) for mode in LR_MODES):
        return [job], f"only on the LR images of {dataset.name}: nobody knows how they were made"
    cost = macs(upscaler_of(job).subject())
    if cost > CHEAP:
        return [job], f"only on the LR images of the protocol: {cost / 1e9:.0f} G mult-adds, over {CHEAP / 1e9:.0f} G"
    others = [replace(job, protocol=job.protocol.but(lr=mode)) for mode in LR_MODES if mode != job.protocol.lr]
    return [job, *others], ""


def explain(case: ExplainTarget, jobs: Sequence[Job], note: str, events: Events[Job]) -> Explanation:
    """Measure the `case` under every variant that `jobs` (of `jobs_by_lr_mode`) have the LR images for.

    SR is made once a job. Two changes at a time are only tried where there is a published value to come near to.
    Raises `DataError` where nothing can be measured, and what `Upscaler` and the metric raise.
    """
    modes = [job.protocol.lr for job in jobs]
    spec = case.job.metrics[0].spec
    tried = variants(case.job.protocol, modes, pooled=spec.name == "psnr", pairs=case.published is not None)
    values: ValuesByProtocol = {}
    for job in jobs:
        wanted = {per_image(one.protocol) for one in tried if one.protocol.lr == job.protocol.lr}
        values |= _measured(job, wanted, events)
    rungs = []
    for one in tried:
        found = values[per_image(one.protocol)]
        rungs.append(VariantValue(one, aggregate(found, spec, one.protocol)[0], len(found)))
    return Explanation(case, tuple(rungs), "; ".join(filter(None, (case.note, note))))


def per_image(protocol: Protocol) -> Protocol:
    """What of `protocol` a single image's value depends on."""
    return replace(protocol, name="", description="", aggregate="mean")


def _measured(job: Job, protocols: Iterable[Protocol], events: Events[Job]) -> ValuesByProtocol:
    upscaler = upscaler_of(job)
    (metric,) = job.metrics
    measure = instance(metric, upscaler.device)
    values: ValuesByProtocol = {protocol: {} for protocol in protocols}
    reason = ""
    events.started(job)
    for sample in samples(job, dataset_of(job), upscaler):
        for protocol, column in values.items():
            try:
                column[sample.name] = float(measure(under(sample, protocol)))
            except Unavailable as error:
                reason = str(error)
        events.image(job, sample.name)
    events.finished(job, [])
    if not any(values.values()):
        raise DataError(f"nothing to explain: {reason}")
    return values


def under(sample: Sample, protocol: Protocol) -> Sample:
    """The same network output and HR image, as `protocol` looks at them."""
    return replace(sample, sr=_quantised(sample, protocol), protocol=protocol)


def _quantised(sample: Sample, protocol: Protocol) -> NDArray[np.uint8]:
    if sample.sr_float is None or protocol.quantise == sample.protocol.quantise:
        return sample.sr
    return to_uint8(torch.from_numpy(sample.sr_float).permute(2, 0, 1)[None], protocol.quantise)


def dataset_of(job: Job) -> Dataset:
    """The job's dataset; a case always has one."""
    if job.dataset is None:
        raise DataError(f"{job.method.name}: no images to explain")
    return job.dataset
