"""The record of a measured cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.bench.measuring.aggregate import aggregate
from srbench.errors import SrbenchError, one_line, trace_text
from srbench.provenance import versions
from srbench.records.record import Record, Status
from srbench.storage.file_hashes import file_hash
from srbench.training.storage.card import TrainingCard

if TYPE_CHECKING:
    from srbench.bench.measuring.metric_values import MetricValues
    from srbench.bench.planning.job import Job
    from srbench.bench.resolve.resolved import ResolvedMetric
    from srbench.inference.method import ResolvedMethod


def record_of(job: Job, metric: ResolvedMetric, values: MetricValues, *, seconds: float, device: str) -> Record:
    """Return the record of a cell.

    Args:
        job: The job of the cell.
        metric: The metric of the cell.
        values: Values of the metric by image, or the reason why there are none.
        seconds: Time that the job took.
        device: Description of the device that measured (`device_name`); empty: nothing was measured.
    """
    weights = _weights(job.method)
    weights |= {path.name: sha256 for _, path, sha256 in metric.weights}
    error = values.error
    value, interval = (None, None) if error else aggregate(values.values, metric.spec, job.protocol)
    status: Status = "failed" if error else "unavailable" if values.refusal else "ok"
    return Record(
        job.cell(metric),
        status,
        values.values,
        value,
        interval,
        values.missing,
        error=one_line(error) if error else values.refusal,
        traceback=trace_text(error) if error else "",
        bad_input=isinstance(error, SrbenchError),
        warnings=tuple(dict.fromkeys(values.warnings)),
        seconds=seconds,
        device=device,
        versions=versions(),
        weights=weights,
        dataset_fingerprint=job.dataset_hash,
        dataset_made=job.dataset.derivation_text if job.dataset else "",
        lr=job.lr,
        protocol=job.protocol.identity() if job.dataset else {},
        training=_training(job.method) if job.dataset and status == "ok" else {},
        source=job.method.source,
        identity=job.identity(metric),
    )


def _weights(method: ResolvedMethod) -> dict[str, str]:
    """Return the SHA-256 of the files of the weights by name.

    Names of the files of members and of a blended method have that method's name before them, since they may coincide.
    """
    hashes = {method.weights.name: weights_hash(method)} if method.weights else {}
    if method.opened:
        hashes |= {path.name: file_hash(path) for path in method.opened.files}
    for part in method.parts:
        hashes |= {f"{part.name}/{name}": sha256 for name, sha256 in _weights(part).items()}
    return hashes


def weights_hash(method: ResolvedMethod) -> str:
    """Return the SHA-256 of the weights.

    `ResolvedMethod.weights_sha256` of weights trained here is the training's key, so their file is hashed if it exists.
    """
    trained = method.training and method.weights and method.weights.is_file()
    return file_hash(method.weights) if trained and method.weights else method.weights_sha256


def _training(method: ResolvedMethod) -> dict[str, Any]:
    """Return the training card beside the weights that were trained here, with the actual and the paper's budget.

    For an ensemble, return member name -> card of the members that were trained here.
    """
    if method.members:
        return {member.name: member_card for member in method.members if (member_card := _training(member))}
    if not (method.training and method.weights):
        return {}
    return TrainingCard.read(method.weights.parent).document
