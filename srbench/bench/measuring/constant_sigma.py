"""Constant sigma for all pixels: the baseline for networks that do not predict it (probabilistic-l1, Sec. 4.6)."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.pairs import pair_under
from srbench.errors import PluginError, Unavailable
from srbench.metrics.pll import error_and_sigma, with_constant_sigma
from srbench.metrics.sample import Sample
from srbench.storage.atomic import atomic_write
from srbench.storage.canonical_hash import canonical_hash
from srbench.storage.file_hashes import file_hash
from srbench.storage.roots import cache_dir

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.planning.job import Job
    from srbench.inference.upscaler import Upscaler


def constant_sigma(job: Job, upscaler: Upscaler) -> float:
    """Return the mean of |HR - mu| over all pixels of the method's training sets, in units of [0, 1].

    Channels and crop border are those of the job's protocol, so that the mean is over the pixels that the sigma
    metrics measure. The value is kept in the cache folder, since every test set needs it.

    Raises:
        PluginError: if SR and HR differ in size.
        Unavailable: if the mean is not finite.
        DataError: if an image cannot be read.
    """
    path = cache_dir() / "sigma" / f"{_key(job)}.json"
    cached = _read(path)
    if cached is not None:
        return cached
    total, pixels = 0.0, 0
    for image in job.method.sigma_from:
        pair = pair_under(job.protocol, image.files, job.scale, image.dataset)
        sr = upscaler(pair.lr).sr[0].permute(1, 2, 0).float().cpu().numpy()
        if sr.shape[:2] != pair.hr.shape[:2]:
            raise PluginError(f"{pair.name}: SR is {sr.shape[:2]}, HR is {pair.hr.shape[:2]} (height, width)")
        sample = Sample(pair.name, pair.hr, pair.hr, job.scale, job.protocol, sr_float=sr)
        error, _ = error_and_sigma(with_constant_sigma(sample, 0))
        total += float(error.sum())
        pixels += error.size
    value = total / pixels
    if not math.isfinite(value):
        raise Unavailable(
            f"{job.method.name} x{job.scale:g}: its SR of the training images is NaN or infinite, so their mean error, "
            "the constant sigma, is undefined"
        )
    with atomic_write(path) as temporary:
        temporary.write_text(json.dumps({"sigma": value, "images": len(job.method.sigma_from)}), encoding="utf-8")
    return value


def _key(job: Job) -> str:
    """Return the SHA-256 of everything that the value depends on."""
    method = job.method
    lr_files = (image.dataset.lr_file(image.files, job.scale) for image in method.sigma_from)
    blended = method.blend_with
    identity: dict[str, Any] = {
        "method": method.identity,
        # the bytes, also of weights trained here: this is kept for all output folders and machines
        "weights": [file_hash(method.weights) if method.weights else "", method.part, method.ensemble],
        "metrics": sorted((metric.spec.name, metric.spec.version) for metric in job.metrics if metric.spec.needs_sigma),
        "tile": job.tile if method.model.receptive_radius is None else None,
        "images": method.sigma_hash,
        "lr": [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in lr_files if path],
        "scale": job.scale,
        "protocol": job.protocol.identity(),
    }
    if blended:
        identity["blend"] = [method.alpha, file_hash(blended.weights) if blended.weights else ""]
    return canonical_hash(identity)


def _read(path: Path) -> float | None:
    """Return the value in a file of the cache; None if it is missing or damaged."""
    try:
        return float(json.loads(path.read_text(encoding="utf-8"))["sigma"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
