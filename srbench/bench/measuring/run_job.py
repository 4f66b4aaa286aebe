"""Measurement of a job: from weights to SR images, per-image values and records.

The result is the same in this process, in another one, or on another machine.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from srbench.bench.measuring.constant_sigma import constant_sigma
from srbench.bench.measuring.depth import depth_remark
from srbench.bench.measuring.measured_record import record_of
from srbench.bench.measuring.metric_values import MetricValues, prepare
from srbench.bench.measuring.overlap import measure_each
from srbench.bench.measuring.sr_files import sr_file_samples
from srbench.cores import worker_cores
from srbench.data.datasets.pairs import Pair, pair_under
from srbench.device import device_name, pick_device
from srbench.errors import CODE_ERRORS, PluginError, Unavailable
from srbench.imaging.image_io import write_png
from srbench.inference.pass_count import PassCount
from srbench.inference.upscaler import Upscaler
from srbench.memory import keep_freed_memory
from srbench.metrics import Sample, Subject
from srbench.metrics.device_sample import DeviceSample
from srbench.metrics.pll import with_constant_sigma
from srbench.models.tensors import to_levels, to_uint8
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.folder_name import folder_name
from srbench.training.step_time import TimedTraining

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.measuring.metric_values import Measure
    from srbench.bench.planning.job import Job
    from srbench.data.datasets.dataset import Dataset
    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Prediction
    from srbench.records.record import Record

OnImage = Callable[[str], None]
"""Progress callback, called with the image's name after each image."""


def run_job(job: Job, on_image: OnImage = lambda _name: None) -> list[Record]:
    """Measure the job's cells and return one record per cell.

    Errors are not raised, be they of a cell or of the device: they become failed records with the reason.
    """
    started = time.perf_counter()
    device = ""
    try:
        job = replace(job, device=pick_device(job.device))
        device = device_name(job.device)
        if job.device == "cpu":
            keep_freed_memory()
        columns = _measure(job, on_image)
    except CODE_ERRORS as error:  # any error of a plugin's code becomes a failed record
        columns = [MetricValues(error=error) for _ in job.metrics]
    seconds = time.perf_counter() - started
    return [
        record_of(job, metric, column, seconds=seconds, device=device)
        for metric, column in zip(job.metrics, columns, strict=True)
    ]


def failed_records(job: Job, reason: BaseException) -> list[Record]:
    """Return records for all cells of a job that ended without returning records.

    Their status is "failed", or "unavailable" if the reason is that something is not available here.
    """
    values = MetricValues(refusal=str(reason)) if isinstance(reason, Unavailable) else MetricValues(error=reason)
    return [record_of(job, metric, values, seconds=0.0, device="") for metric in job.metrics]


def _measure(job: Job, on_image: OnImage) -> list[MetricValues]:
    """Return the values of the job's metrics, in their order."""
    measures, columns = zip(*(prepare(metric, job.device) for metric in job.metrics), strict=True)
    if job.dataset is None:
        subject = _subject(job)
        for measure, column in zip(measures, columns, strict=True):
            column.add("", partial(measure, subject))
            column.refusal = column.missing.get("", "")
        return list(columns)
    upscaler = None if job.method.images else upscaler_of(job)
    sigma = training_sigma(job, upscaler) if upscaler else None
    parts = [partial(_add, column, measure) for measure, column in zip(measures, columns, strict=True)]
    overlap = not job.timed and _has_free_core(job.device)
    measure_each(samples(job, job.dataset, upscaler, sigma), parts, on_image, overlap=overlap)
    warnings = [*_remarks(job, upscaler), *filter(None, [depth_remark(job, job.dataset)])]
    for metric, column in zip(job.metrics, columns, strict=True):
        column.warnings.extend(warnings)
        if sigma is not None and metric.spec.needs_sigma:
            images = len(job.method.sigma_from)
            column.warnings.append(
                f"sigma is {sigma:.5f} everywhere, the mean error on {images} images of its training sets"
            )
    return list(columns)


def _has_free_core(device: str) -> bool:
    """Return whether this process has a core besides those that the network takes: on a GPU, the one that feeds it.

    Where PyTorch computes on all of them, metrics beside it would slow it down by more than they gain
    (`benchmarks/table4_pass.py`).
    """
    import torch

    return worker_cores() > (torch.get_num_threads() if device == "cpu" else 1)


def _add(column: MetricValues, measure: Measure, sample: Sample) -> None:
    """Measure a sample and store the value; NaN if SR is not finite."""
    column.add(sample.name, partial(measure, sample) if sample.finite else _nan)


def _remarks(job: Job, upscaler: Upscaler | None) -> list[str]:
    """Return remarks on the SR images for readers; `upscaler` is None for finished SR images."""
    if upscaler is None:
        return [job.method.images.remark(job.protocol.quantise)] if job.method.images else []
    passes = upscaler.pass_count.text if upscaler.pass_count.windows else ""
    remarks = filter(None, (job.method.blend, job.method.mixture, passes, job.method.extrapolated(job.scale)))
    return [*remarks, *upscaler.remarks]


def _subject(job: Job) -> Subject | TimedTraining:
    """Return the subject of metrics without images: the model, or its timed training."""
    if any(metric.spec.subject == "training" for metric in job.metrics):
        if job.method.training is None:
            raise Unavailable(f"{job.method.name} is not trained here")
        return TimedTraining(job.method.training, job.device)
    return upscaler_of(job).subject()


def upscaler_of(job: Job) -> Upscaler:
    """Return the job's method, ready for the LR images of its dataset."""
    return Upscaler(
        job.method,
        job.scale,
        resize=job.protocol.lr,
        device=job.device,
        tile=job.tile,
        equal_size=job.dataset is not None and job.dataset.equal_size,
        luma_in=job.protocol.luma_in,
    )


def _nan() -> float:
    """Return NaN, the value of an image with non-finite SR: converted to uint8, its NaN pixels would count as black."""
    return math.nan


def training_sigma(job: Job, upscaler: Upscaler) -> float | None:
    """Return the constant sigma of a network that predicts none; None if no metric of the job needs it.

    The passes over training images do not count as passes of the job.
    """
    if not (job.method.sigma_from and any(metric.spec.needs_sigma for metric in job.metrics)):
        return None
    try:
        return constant_sigma(job, upscaler)
    finally:
        upscaler.pass_count = PassCount()


def samples(job: Job, dataset: Dataset, upscaler: Upscaler | None, sigma: float | None = None) -> Iterator[Sample]:
    """Yield SR and HR of each image of `dataset` under the job's protocol, and save SR if the job has `save_to`.

    Args:
        job: The method, scale and protocol.
        dataset: The images.
        upscaler: The job's method, loaded (`upscaler_of`); None: the method has finished SR images.
        sigma: Standard deviation for all pixels (`training_sigma`); None: the network's own prediction, if any.
    """
    for sample in _samples(job, dataset, upscaler, sigma):
        if job.save_to:
            file = saved_file(job.save_to, job.method, dataset, job.scale, sample.name)
            if sample.finite:
                write_png(file, sample.sr)
            else:  # its pixels would look like black ones; nor may those of an earlier run stand for them
                file.unlink(missing_ok=True)
        yield sample


def saved_file(folder: Path, method: ResolvedMethod, dataset: Dataset, scale: float, image: str) -> Path:
    """Return the file of an SR image that ``--save-images`` writes.

    Args:
        folder: Folder of the saved images.
        method: The method.
        dataset: The dataset; of two folders with one name, the hash of their paths tells which is meant.
        scale: Scale of the image.
        image: Name of the image.
    """
    name = dataset.name if dataset.spec else f"{dataset.name}-{canonical_hash(str(dataset.root.resolve()), 8)}"
    return folder / folder_name(method.name) / name / f"X{scale:g}" / f"{image}.png"


def _samples(job: Job, dataset: Dataset, upscaler: Upscaler | None, sigma: float | None) -> Iterator[Sample]:
    if job.method.images:
        yield from sr_file_samples(job, job.method.images, dataset)
    elif upscaler:
        for files in dataset.images:
            pair = pair_under(job.protocol, files, job.scale, dataset)
            sample = _sample(job, pair, upscaler(pair.lr))
            yield sample if sigma is None else with_constant_sigma(sample, sigma)


def _sample(job: Job, pair: Pair, prediction: Prediction) -> Sample:
    """Return the sample of a network's output, quantised as the protocol says.

    Raises:
        PluginError: if SR and HR differ in size.
    """
    size = tuple(prediction.sr.shape[-2:])
    if size != pair.hr.shape[:2]:
        raise PluginError(f"{pair.name}: SR is {size}, HR is {pair.hr.shape[:2]} (height, width)")
    if prediction.sr.device.type == "cuda":  # metrics measure where the images are; other kinds may lack float64
        levels, output = to_levels(prediction.sr[:1], job.protocol.quantise), prediction.sr[:1]
        return DeviceSample(pair.name, levels, pair.hr, job.scale, job.protocol, output, prediction.sigma)
    sr = to_uint8(prediction.sr, job.protocol.quantise)
    sigma = None if prediction.sigma is None else prediction.sigma[0].permute(1, 2, 0).float().cpu().numpy()
    floats = prediction.sr[0].permute(1, 2, 0).float().cpu().numpy()
    return Sample(pair.name, sr, pair.hr, job.scale, job.protocol, sr_float=floats, sigma=sigma)
