"""The files of one image, and the images of one folder."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.specs.dataset import Downscale

SUFFIXES = (".png", ".bmp", ".jpg", ".jpeg", ".webp", ".tif", ".tiff")


@dataclass(frozen=True)
class ImageFiles:
    """Where one image of a dataset lies: its HR file, and its LR file at each scale that the dataset brings."""

    name: str
    hr: Path
    lr: Mapping[float, Path] = field(default_factory=dict)
    hr_by_scale: Mapping[float, Path] = field(default_factory=dict)
    """HR cut for one scale, where a dataset has one HR file a scale (SelfExSR); elsewhere empty."""
    downscales: tuple[Downscale, ...] = ()
    """What is done to the file's pixels before they are HR, in this order. Read them by `srbench.data.datasets.hr_image`."""

    def hr_at(self, scale: float) -> Path:
        """The HR file that belongs to the LR file at `scale`."""
        return self.hr_by_scale.get(scale, self.hr)


def list_images(folder: Path) -> list[Path]:
    """The image files directly in `folder`, by suffix; hidden ones (``._baby.png``) are left out."""
    return sorted(
        entry
        for entry in folder.iterdir()
        if entry.suffix.lower() in SUFFIXES and not entry.name.startswith(".") and entry.is_file()
    )


def index_by_stem(paths: Iterable[Path]) -> dict[str, Path]:
    """File name without suffix -> file. Raises `DataError` where two files share a name."""
    named: dict[str, Path] = {}
    for path in paths:
        if (other := named.setdefault(path.stem, path)) != path:
            raise DataError(f"{path}: {other} has the same name; keep one of the two")
    return named


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """Sort key under which ``t2`` comes before ``t10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]
