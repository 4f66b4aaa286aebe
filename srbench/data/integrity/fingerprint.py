"""Fingerprints of datasets: hashes of the decoded pixels, independent of the file format."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.errors import DataError
from srbench.storage.file_hashes import cached_hashes
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.dataset import Downscale


def fingerprint(dataset: Dataset, part: str = "HR", scale: float | None = None) -> str:
    """Return the SHA-256 over the sorted lines ``<image name> <SHA-256 of its shape and pixels>`` of a dataset's part.

    An LR image has the name of its HR image, so ``babyx4.png`` and ``baby.png`` are the same. Hashes of images are
    cached.

    Args:
        dataset: The dataset.
        part: ``HR``, or ``X2``, ``X4``, ... for the LR images at that scale.
        scale: Scale of the HR images if the dataset has different ones for each scale (SelfExSR).

    Raises:
        DataError: if an image can't be read, or if the dataset has no such part.
    """
    lines = (f"{name} {digest}\n" for name, digest in sorted(image_hashes(dataset, part, scale).items()))
    return hashlib.sha256(name_bytes("".join(lines))).hexdigest()


def image_hashes(dataset: Dataset, part: str = "HR", scale: float | None = None) -> dict[str, str]:
    """Return image name -> SHA-256 of ``<height>x<width>[x3]``, a newline, and the decoded 8-bit pixels, row by row.

    Args:
        dataset: The dataset.
        part: ``HR``, or ``X2``, ``X4``, ... for the LR images at that scale.
        scale: Scale of the HR images if the dataset has different ones for each scale (SelfExSR).

    Raises:
        DataError: if an image can't be read, or if the dataset has no such part.
    """
    if part == "HR":
        hashes: dict[str, str] = {}
        for steps in dict.fromkeys(image.downscales for image in dataset.images):
            images = [image for image in dataset.images if image.downscales == steps]
            files = [image.hr if scale is None else image.hr_at(scale) for image in images]
            # the same files, downscaled differently, have different hashes in the cache
            kind = "-".join(["pixels", *(f"{step.by!r}-{step.mode}" for step in steps)])
            digests = cached_hashes(files, kind, partial(pixel_hash, downscales=steps))
            hashes |= zip((image.name for image in images), digests, strict=True)
        return hashes
    lr = {image.name: file for image in dataset.images if (file := dataset.lr_file(image, float(part[1:])))}
    if not lr:
        raise DataError(f"{dataset.name}: has no {part}; choose one of {', '.join(parts(dataset))}")
    return dict(zip(lr, cached_hashes(list(lr.values()), "pixels", pixel_hash), strict=True))


def parts(dataset: Dataset) -> tuple[str, ...]:
    """Return ``HR`` and the scales at which `dataset` has LR images: ``("HR", "X2", "X4")``."""
    return ("HR", *(scale_label(scale) for scale in dataset.scales))


def pixel_hash(path: Path, downscales: tuple[Downscale, ...] = ()) -> str:
    """Return the SHA-256 of an image's shape and decoded pixels, after the downscaling steps `downscales`."""
    from srbench.data.datasets.hr_image import downscale
    from srbench.imaging.image_io import read_8_bits

    image = downscale(read_8_bits(path), downscales)
    digest = hashlib.sha256("x".join(map(str, image.shape)).encode() + b"\n")
    digest.update(image.data)
    return digest.hexdigest()
