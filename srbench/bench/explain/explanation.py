"""Explanation of a value: the same SR images measured under every variant of the protocol."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch

from srbench.bench.explain.protocol_variants import LR_MODES, Variant, describe, variants
from srbench.bench.measuring.aggregate import aggregate
from srbench.bench.measuring.metric_values import metric_function
from srbench.bench.measuring.run_job import samples, training_sigma, upscaler_of
from srbench.device import pick_device
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
    from srbench.metrics import Sample
    from srbench.records.recorder import Progress
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol

CHEAP = 100e9
"""Mult-adds for a 1280 x 720 HR image up to which a method is also run on the other kinds of LR images.

This is seconds per image on a CPU, and enough for interpolation and the light networks (PCARN, IMDN at x3 and x4)."""

CONSTANT_SIGMA = (
    "channels and border stay: the constant sigma is a mean over the training images, another one for each choice of "
    "these"
)
"""Note on a metric of a sigma that the network does not predict."""

ValuesByProtocol = dict["Protocol", dict[str, float]]
"""Per-image values by protocol; the protocol's name and its aggregation do not matter (see `per_image`)."""


@dataclass(frozen=True)
class VariantValue:
    """Value of a cell under one variant of the protocol: one of those that an `Explanation` has."""

    variant: Variant
    value: float | None
    """Value of the cell; None if no image has one."""
    images: int
    """Number of images with a value."""


@dataclass(frozen=True)
class Explanation:
    """Values of a cell under the unchanged protocol, with each single change, and with each two changes."""

    target: ExplainTarget
    variants: tuple[VariantValue, ...]
    """Values, those with fewer changes first; the first has no change."""
    note: str
    """Reason why some variants are missing, or why the values may differ from the record."""

    @property
    def metric(self) -> MetricSpec:
        """Metric of all values."""
        return self.target.job.metrics[0].spec

    @property
    def base(self) -> VariantValue:
        """Value under the unchanged protocol."""
        return self.variants[0]

    def to_base(self, variant: VariantValue) -> float | None:
        """Return the variant's value minus the base value; None if either is missing."""
        return None if variant.value is None or self.base.value is None else variant.value - self.base.value

    def to_published(self, variant: VariantValue) -> float | None:
        """Return the variant's value minus the published value; None if either is missing."""
        published = self.target.published
        return None if variant.value is None or published is None else variant.value - published.value

    def nearest(self, changes: int) -> VariantValue | None:
        """Return the variant with `changes` changes whose value is nearest to the published one; None without any.

        Variants with exactly the value of one with fewer changes are left out: one of their changes has no effect.
        """
        simpler = {each.value for each in self.variants if len(each.variant.changes) < changes}
        distances = [
            (abs(distance), number)
            for number, each in enumerate(self.variants)
            if len(each.variant.changes) == changes
            and each.value not in simpler
            and (distance := self.to_published(each)) is not None
        ]
        return self.variants[min(distances)[1]] if distances else None

    def as_object(self) -> dict[str, object]:
        """Return the mapping that ``--json`` prints."""
        job, published = self.target.job, self.target.published
        marked = [self.nearest(1), self.nearest(2)]
        return {
            "row": self.target.label,
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
                    "changes": [change.label for change in each.variant.changes],
                    "value": each.value,
                    "to_base": self.to_base(each),
                    "to_published": self.to_published(each),
                    "nearest": any(each is nearest for nearest in marked),
                    "n_images": each.images,
                    "hash": each.variant.protocol.hash,
                }
                for each in self.variants
            ],
        }


def jobs_by_lr_mode(target: ExplainTarget) -> tuple[list[Job], str]:
    """Return one job for each kind of LR images that the target can be measured on, its own job first, and a note.

    The note is the reason why there are no other kinds of LR images; empty if there are.

    Raises:
        SrbenchError: as `Upscaler`.
    """
    job, dataset = target.job, dataset_of(target.job)
    if job.method.images:
        return [job], f"only of the SR files of {job.method.images.spec.folder}, whose LR and rounding are fixed"
    if dataset.degradation:
        return [job], f"only on the LR images of {dataset.name}: they are made by {dataset.degradation.label}"
    if job.protocol.makes_lr:
        return [job], f"only on the LR images of the protocol: {job.protocol.name} does not round them to uint8"
    if all(dataset.uses_own_lr(job.scale, mode) for mode in LR_MODES):
        return [job], f"only on the LR images of {dataset.name}: it is unknown how they were made"
    cost = macs(upscaler_of(job).subject())
    if cost > CHEAP:
        return [job], f"only on the LR images of the protocol: {cost / 1e9:.0f} G mult-adds, over {CHEAP / 1e9:.0f} G"
    others = [replace(job, protocol=job.protocol.but(lr=mode)) for mode in LR_MODES if mode != job.protocol.lr]
    return [job, *others], ""


def explain(target: ExplainTarget, jobs: Sequence[Job], note: str, events: Progress[Job]) -> Explanation:
    """Measure the target under every variant of its protocol for whose LR images there is a job.

    The SR images of a job are made once. Two changes at a time are only measured if there is a published value to
    compare with.

    Args:
        target: The cell to explain.
        jobs: Jobs by kind of LR image, from `jobs_by_lr_mode`.
        note: The note from `jobs_by_lr_mode`.
        events: Receiver of progress events.

    Raises:
        DataError: if nothing can be measured.
        SrbenchError: as `Upscaler` and the metric.
    """
    modes = [job.protocol.lr for job in jobs]
    spec = target.job.metrics[0].spec
    measured_variants = variants(
        target.job.protocol, modes, pooled=spec.name == "psnr", pairs=target.published is not None
    )
    base = target.job.protocol
    if target.job.method.images:  # files are as they were rounded
        measured_variants = [each for each in measured_variants if each.protocol.quantise == base.quantise]
    if target.job.method.sigma_hash and spec.needs_sigma:
        measured_variants = [variant for variant in measured_variants if _same_pixels(variant.protocol, base)]
        note = "; ".join(filter(None, (note, CONSTANT_SIGMA)))
    values: ValuesByProtocol = {}
    for job in jobs:
        protocols = {
            per_image(variant.protocol) for variant in measured_variants if variant.protocol.lr == job.protocol.lr
        }
        values |= _measured(job, protocols, events)
    found = []
    for variant in measured_variants:
        by_image = values[per_image(variant.protocol)]
        found.append(VariantValue(variant, aggregate(by_image, spec, variant.protocol)[0], len(by_image)))
    return Explanation(target, tuple(found), "; ".join(filter(None, (target.note, note))))


def _same_pixels(a: Protocol, b: Protocol) -> bool:
    """Return whether two protocols compare the same channels within the same border."""
    fields = ("colour", "round_y", "crop_scale", "crop_extra", "crop_down", "grey")
    return all(getattr(a, field) == getattr(b, field) for field in fields)


def per_image(protocol: Protocol) -> Protocol:
    """Return `protocol` with the fields reset that a single image's value does not depend on."""
    return replace(protocol, name="", description="", aggregate="mean")


def _measured(job: Job, protocols: Iterable[Protocol], events: Progress[Job]) -> ValuesByProtocol:
    """Return the values of the job's images under each protocol.

    Raises:
        DataError: if no image has a value under any protocol.
    """
    upscaler = None if job.method.images else upscaler_of(job)
    sigma = training_sigma(job, upscaler) if upscaler else None  # of the job's channels and border
    (metric,) = job.metrics
    measure = metric_function(metric, pick_device(job.device))
    values: ValuesByProtocol = {protocol: {} for protocol in protocols}
    reason = ""
    events.started(job)
    for sample in samples(job, dataset_of(job), upscaler, sigma):
        if not sample.finite:
            reason = f"SR of {sample.name} is NaN or infinite"
        for protocol, by_image in values.items() if sample.finite else ():
            try:
                by_image[sample.name] = float(measure(under(sample, protocol)))
            except Unavailable as error:
                reason = str(error)
        events.image(job, sample.name)
    events.finished(job, [])
    if not any(values.values()):
        raise DataError(f"nothing can be measured to explain: {reason}")
    return values


def under(sample: Sample, protocol: Protocol) -> Sample:
    """Return the sample with the same network output and HR image, quantised and measured as `protocol` says."""
    return replace(sample, sr=_quantised(sample, protocol), protocol=protocol)


def _quantised(sample: Sample, protocol: Protocol) -> NDArray[np.uint8]:
    """Return SR as the protocol rounds it; a sample without float SR, of a file, stays as it is."""
    if sample.sr_float is None or protocol.quantise == sample.protocol.quantise:
        return sample.sr
    return to_uint8(torch.from_numpy(sample.sr_float).permute(2, 0, 1)[None], protocol.quantise)


def dataset_of(job: Job) -> Dataset:
    """Return the job's dataset.

    Raises:
        DataError: if the job has none.
    """
    if job.dataset is None:
        raise DataError(f"{job.method.name}: the value is not measured on images; explain an image metric")
    return job.dataset
