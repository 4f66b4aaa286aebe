"""Running a job: weights to SR images to values to records. The same in this process, another one, or elsewhere."""

from __future__ import annotations

import math
import time
import traceback as tracebacks
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any

from srbench.bench.measuring.aggregate import aggregate
from srbench.bench.measuring.constant_sigma import constant_sigma
from srbench.data.datasets.pairs import Pair, load_pair
from srbench.device import device_name, pick_device
from srbench.errors import PluginError, SrbenchError, Unavailable, one_line
from srbench.imaging.image_io import write_png
from srbench.inference.upscaler import Upscaler
from srbench.loading import load
from srbench.metrics import MetricSetup, Sample, Subject
from srbench.metrics.pll import with_constant_sigma
from srbench.models.tensors import to_uint8
from srbench.provenance import versions
from srbench.records.record import Record, Status
from srbench.storage.file_hashes import file_hash
from srbench.training.step_time import TimedTraining
from srbench.training.storage.card import TrainingCard

if TYPE_CHECKING:
    from srbench.bench.planning.job import Job
    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.data.datasets.dataset import Dataset
    from srbench.inference.method import ResolvedMethod
    from srbench.models.prediction import Prediction

OnImage = Callable[[str], None]
"""Called with the image's name after each image: for progress."""

Measure = Callable[[Any], float]
"""A metric: of a `Sample`, or of a `Subject` or a `TimedTraining` where the spec says so."""


def run_job(job: Job, on_image: OnImage = lambda _name: None) -> list[Record]:
    """Measure the job's cells. Never raises for a cell's fault: a failed cell is a record that says why."""
    started = time.perf_counter()
    try:
        job = replace(job, device=pick_device(job.device))
        columns = _measure(job, on_image)
    except Exception as error:  # noqa: BLE001 - whatever a plugin's code raises belongs into its record
        columns = [MetricValues(error=error) for _ in job.metrics]
    seconds = time.perf_counter() - started
    return [_record(job, metric, column, seconds) for metric, column in zip(job.metrics, columns, strict=True)]


def failed(job: Job, reason: Exception) -> list[Record]:
    """Records for all of the job's cells, where the job could not even report itself.

    They failed, unless the reason is that something isn't at hand here.
    """
    values = MetricValues(refusal=str(reason)) if isinstance(reason, Unavailable) else MetricValues(error=reason)
    return [_record(job, metric, values, 0.0) for metric in job.metrics]


@dataclass
class MetricValues:
    """The values of one metric as they come in, image by image."""

    values: dict[str, float] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    error: Exception | None = None

    refusal: str = ""
    """Why the metric can't be had here at all: a library or a file is missing."""

    def add(self, name: str, measure: Callable[[], float]) -> None:
        """Take one image's value. An `Unavailable` one is noted; any other error ends this metric, not the others."""
        if self.error or self.refusal:
            return
        try:
            self.values[name] = float(measure())
        except Unavailable as reason:
            self.missing[name] = str(reason)
        except Exception as error:  # noqa: BLE001 - as in run_job
            self.error = error


def _measure(job: Job, on_image: OnImage) -> list[MetricValues]:
    measures, columns = zip(*(ready(metric, job.device) for metric in job.metrics), strict=True)
    if job.dataset is None:
        subject = _subject(job)
        for measure, column in zip(measures, columns, strict=True):
            column.add("", partial(measure, subject))
            column.refusal = column.missing.get("", "")
        return list(columns)
    upscaler = upscaler_of(job)
    for sample in samples(job, job.dataset, upscaler):
        for measure, column in zip(measures, columns, strict=True):
            column.add(sample.name, partial(measure, sample) if sample.finite else _nan)
        on_image(sample.name)
    spent = upscaler.pass_count.text if upscaler.pass_count.windows else ""
    remarks = filter(None, (job.method.blend, job.method.mixture, spent, job.method.extrapolated(job.scale)))
    known = [*remarks, *upscaler.warnings]
    for metric, column in zip(job.metrics, columns, strict=True):
        column.warnings.extend(known)
        if job.method.sigma_from and metric.spec.needs_sigma:
            sigma, images = constant_sigma(job, upscaler), len(job.method.sigma_from)
            column.warnings.append(
                f"sigma is {sigma:.5f} everywhere, the mean error on {images} images, its training sets'"
            )
    return list(columns)


def _subject(job: Job) -> Subject | TimedTraining:
    """What metrics without images look at: the model, or how it is trained."""
    if any(metric.spec.subject == "training" for metric in job.metrics):
        if job.method.training is None:
            raise Unavailable(f"{job.method.name} is not trained here")
        return TimedTraining(job.method.training, job.device)
    return upscaler_of(job).subject()


def upscaler_of(job: Job) -> Upscaler:
    """The job's method, ready for the LR images of its dataset."""
    return Upscaler(
        job.method,
        job.scale,
        resize=job.protocol.lr,
        device=job.device,
        tile=job.tile,
        equal_size=job.dataset is not None and job.dataset.equal_size,
    )


def _nan() -> float:
    """The value of an image that a diverged network filled with NaN, which would otherwise count as black."""
    return math.nan


def samples(job: Job, dataset: Dataset, upscaler: Upscaler) -> Iterator[Sample]:
    """SR beside HR for each image of `dataset`, as the protocol makes them."""
    constant = job.method.sigma_from and any(metric.spec.needs_sigma for metric in job.metrics)
    sigma = constant_sigma(job, upscaler) if constant else None
    for files in dataset.images:
        pair = load_pair(files, job.scale, job.protocol.lr, dataset, job.protocol.hr_crop)
        sample = _sample(job, pair, upscaler(pair.lr))
        if sigma is not None:
            sample = with_constant_sigma(sample, sigma)
        if job.save_to:
            # two folders of one name are told apart by their pixels
            folder = dataset.name if dataset.spec else f"{dataset.name}-{job.dataset_hash[:8]}"
            write_png(job.save_to / job.method.name / folder / f"X{job.scale:g}" / f"{pair.name}.png", sample.sr)
        yield sample


def _sample(job: Job, pair: Pair, prediction: Prediction) -> Sample:
    sr = to_uint8(prediction.sr, job.protocol.quantise)
    if sr.shape[:2] != pair.hr.shape[:2]:
        raise PluginError(f"{pair.name}: SR is {sr.shape[:2]}, HR is {pair.hr.shape[:2]} (height, width)")
    sigma = None if prediction.sigma is None else prediction.sigma[0].permute(1, 2, 0).float().cpu().numpy()
    floats = prediction.sr[0].permute(1, 2, 0).float().cpu().numpy()
    return Sample(pair.name, sr, pair.hr, job.scale, job.protocol, sr_float=floats, sigma=sigma)


def instance(metric: ResolvedMetric, device: str) -> Measure:
    """The metric's function; a class is built for `device` first."""
    target: Measure | type = load(metric.spec.measure)
    if not isinstance(target, type):
        return target
    measure: Measure = target(MetricSetup(device, {name: path for name, path, _ in metric.weights}))
    return measure


def ready(metric: ResolvedMetric, device: str) -> tuple[Measure, MetricValues]:
    """The metric's function, and where its values go. One that can't be built takes none, and says why."""
    try:
        return instance(metric, device), MetricValues()
    except Unavailable as reason:
        return never, MetricValues(refusal=str(reason))
    except Exception as error:  # noqa: BLE001 - as in run_job
        return never, MetricValues(error=error)


def never(_subject: object) -> float:
    """In the place of a metric that can't be had: its `MetricValues` take none."""
    raise AssertionError("a metric that was not built is not asked")


def _record(job: Job, metric: ResolvedMetric, column: MetricValues, seconds: float) -> Record:
    weights = _weights(job.method)
    weights |= {path.name: sha256 for _, path, sha256 in metric.weights}
    error = column.error
    value, interval = (None, None) if error else aggregate(column.values, metric.spec, job.protocol)
    status: Status = "failed" if error else "unavailable" if column.refusal else "ok"
    return Record(
        job.cell(metric),
        status,
        column.values,
        value,
        interval,
        column.missing,
        error=one_line(error) if error else column.refusal,
        traceback="".join(tracebacks.format_exception(error)) if error else "",
        bad_input=isinstance(error, SrbenchError),
        warnings=tuple(dict.fromkeys(column.warnings)),
        seconds=seconds,
        device=device_name(pick_device(job.device)),
        versions=versions(),
        weights=weights,
        dataset_fingerprint=job.dataset_hash,
        dataset_made=job.dataset.made if job.dataset else "",
        lr=job.lr,
        protocol=job.protocol.identity() if job.dataset else {},
        training=_training(job.method) if job.dataset and status == "ok" else {},
        identity=job.identity(metric),
    )


def _weights(method: ResolvedMethod) -> dict[str, str]:
    """File name -> SHA-256; of members and of what is blended in with that method's name before it: files may be called
    alike.
    """
    found = {method.weights.name: weights_hash(method)} if method.weights else {}
    for other in (*method.members, *filter(None, (method.blend_with,))):
        found |= {f"{other.name}/{name}": sha256 for name, sha256 in _weights(other).items()}
    return found


def weights_hash(method: ResolvedMethod) -> str:
    """SHA-256 of the weights; those trained here are known in advance by their training's key only."""
    trained = method.training and method.weights and method.weights.is_file()
    return file_hash(method.weights) if trained and method.weights else method.weights_sha256


def _training(method: ResolvedMethod) -> dict[str, Any]:
    """The card beside the weights that were trained here: with both budgets, its own and the paper's.

    Of a method made of others name -> card, of those that were trained here.
    """
    if method.members:
        return {one.name: found for one in method.members if (found := _training(one))}
    if not (method.training and method.weights):
        return {}
    return TrainingCard.read(method.weights.parent).document
