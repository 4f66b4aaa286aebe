"""Files of an image, and listing of the images in a folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.specs.dataset import Downscale

SUFFIXES = (".png", ".bmp", ".jpg", ".jpeg", ".jfif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm")
"""Suffixes of the image files that are read."""
UNREAD_SUFFIXES = (
    *(".gif", ".jp2", ".j2k", ".jpx", ".jxl", ".heic", ".heif", ".avif", ".exr", ".hdr"),
    *(".pfm", ".pam", ".tga", ".psd", ".xcf", ".ico", ".dds", ".svg", ".dng", ".nef"),
    *(".cr2", ".cr3", ".arw", ".orf", ".rw2", ".raw", ".yuv", ".npy", ".npz", ".mat"),
)
"""Suffixes of files that hold pictures, or often do, but are not read."""


@dataclass(frozen=True)
class ImageFiles:
    """Files of one image of a dataset: its HR file, and its LR files at the scales that the dataset has."""

    name: str
    hr: Path
    lr: Mapping[float, Path] = field(default_factory=dict)
    """LR files by scale."""
    hr_by_scale: Mapping[float, Path] = field(default_factory=dict)
    """HR files by scale, if the dataset has HR images cropped for each scale (SelfExSR); else empty."""
    downscales: tuple[Downscale, ...] = ()
    """Downscaling steps from the file's pixels to HR, in order; `srbench.data.datasets.hr_image` applies them."""

    def hr_at(self, scale: float) -> Path:
        """Return the HR file that belongs to the LR file at `scale`."""
        return self.hr_by_scale.get(scale, self.hr)


def list_images(folder: Path) -> list[Path]:
    """Return the image files directly in `folder`, recognised by suffix, without hidden ones (``._baby.png``)."""
    return sorted(entry for entry in folder.iterdir() if is_image_name(entry.name) and entry.is_file())


def is_image_name(name: str) -> bool:
    """Return whether a file of this name is read as an image: by suffix, and not hidden."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def left_out_images(folder: Path) -> list[Path]:
    """Return what looks like an image directly in `folder`, but is not listed by `list_images`.

    These are files of formats that are not read, and folders, FIFOs or broken links with the name of an image.
    """
    return sorted(
        entry
        for entry in folder.iterdir()
        if not entry.name.startswith(".")
        and (entry.name.lower().endswith(UNREAD_SUFFIXES) or (is_image_name(entry.name) and not entry.is_file()))
    )


def index_by_stem(paths: Iterable[Path]) -> dict[str, Path]:
    """Return file name without suffix -> file.

    Raises:
        DataError: if two files have the same name apart from the suffix.
    """
    named: dict[str, Path] = {}
    for path in paths:
        if (other := named.setdefault(path.stem, path)) != path:
            raise DataError(f"{path}: {other} has the same name; keep one of the two")
    return named


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key that orders numbers in names by value: ``t2`` before ``t10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]
