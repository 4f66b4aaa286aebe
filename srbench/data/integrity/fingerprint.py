"""What a dataset looks like, as a hash: of its pixels, whatever file format they are kept in."""

from __future__ import annotations

import hashlib
from functools import partial
from typing import TYPE_CHECKING

from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.errors import DataError
from srbench.storage.file_hashes import cached_hashes

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.dataset import Downscale


def fingerprint(dataset: Dataset, part: str = "HR", scale: float | None = None) -> str:
    """SHA-256 over the sorted lines ``<image name> <SHA-256 of its shape and pixels>`` of one part of `dataset`.

    `part` is ``HR``, or ``X2``, ``X4``, ... for its LR images at that scale. An LR image goes by the name of its HR
    image, so ``babyx4.png`` and ``baby.png`` are the same. `scale` chooses among HR images where a dataset brings
    some for each scale (SelfExSR). Hashes of images are cached.
    Raises `DataError` where an image can't be read, and where the dataset has no such part.
    """
    lines = (f"{name} {digest}\n" for name, digest in sorted(image_hashes(dataset, part, scale).items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def image_hashes(dataset: Dataset, part: str = "HR", scale: float | None = None) -> dict[str, str]:
    """Image name -> SHA-256 of ``<height>x<width>[x3]``, a newline, and the decoded 8-bit pixels, row by row."""
    if part == "HR":
        hashes: dict[str, str] = {}
        for steps in dict.fromkeys(image.downscales for image in dataset.images):
            alike = [image for image in dataset.images if image.downscales == steps]
            files = [image.hr if scale is None else image.hr_at(scale) for image in alike]
            # hashes of other pixels of the same files are kept apart
            kind = "-".join(["pixels", *(f"{step.by!r}-{step.mode}" for step in steps)])
            found = cached_hashes(files, kind, partial(pixel_hash, downscales=steps))
            hashes |= zip((image.name for image in alike), found, strict=True)
        return hashes
    lr = {image.name: file for image in dataset.images if (file := dataset.lr_file(image, float(part[1:])))}
    if not lr:
        raise DataError(f"{dataset.name}: has no {part}; it has {', '.join(parts(dataset))}")
    return dict(zip(lr, cached_hashes(list(lr.values()), "pixels", pixel_hash), strict=True))


def parts(dataset: Dataset) -> tuple[str, ...]:
    """``HR`` and the scales at which `dataset` brings LR images: ``("HR", "X2", "X4")``."""
    return ("HR", *(scale_label(scale) for scale in dataset.scales))


def pixel_hash(path: Path, downscales: tuple[Downscale, ...] = ()) -> str:
    """SHA-256 of one image's shape and decoded pixels, `downscales` first."""
    from srbench.data.datasets.hr_image import downscale
    from srbench.imaging.image_io import read_image

    image = downscale(read_image(path), downscales)
    digest = hashlib.sha256("x".join(map(str, image.shape)).encode() + b"\n")
    digest.update(image.data)
    return digest.hexdigest()
