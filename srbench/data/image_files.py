"""Files of an image, remarks on files, and listing of the images in a folder."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from srbench.specs.dataset import Downscale

SUFFIXES = (".png", ".bmp", ".jpg", ".jpeg", ".jfif", ".webp", ".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".pnm")
"""Suffixes of the image files that are read."""
OTHER_SUFFIXES = frozenset(
    {
        *(".txt", ".md", ".rst", ".pdf", ".html", ".htm", ".csv", ".tsv", ".json", ".yaml", ".yml", ".xml", ".toml"),
        *(".ini", ".log", ".db", ".py", ".m", ".sh", ".zip", ".tar", ".gz", ".tgz", ".7z", ".rar", ".sha256", ".md5"),
    }
)
"""Suffixes of files that may lie beside images without being any."""
_DOCUMENTS = frozenset({"readme", "license", "licence", "copying", "notice"})


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


class FileRemark(NamedTuple):
    """Remark on files or folders of a dataset that are not used, for readers of a number."""

    scale: float | None
    """Scale that the remark is about; None: all."""
    text: str


def list_images(folder: Path) -> list[Path]:
    """Return the image files directly in `folder`, recognised by suffix, without hidden ones (``._baby.png``)."""
    return sorted(entry for entry in folder.iterdir() if is_image_name(entry.name) and entry.is_file())


def is_image_name(name: str) -> bool:
    """Return whether a file of this name is read as an image: by suffix, and not hidden."""
    return name.lower().endswith(SUFFIXES) and not name.startswith(".")


def list_unread(folder: Path) -> list[Path]:
    """Return the files directly in `folder` that could be images, but aren't read because of their suffix.

    Folders, FIFOs and broken links with the name of an image are among them; hidden files and files of other kinds
    (`OTHER_SUFFIXES`) are not.
    """
    known = {*SUFFIXES, *OTHER_SUFFIXES}
    return sorted(
        entry
        for entry in folder.iterdir()
        if (is_image_name(entry.name) and not entry.is_file())
        or (
            entry.suffix.lower() not in known
            and entry.name.lower() not in _DOCUMENTS
            and not entry.name.startswith(".")
            and entry.is_file()
        )
    )


def index_by_stem(paths: Iterable[Path]) -> dict[str, Path]:
    """Return the files by their name without suffix, in Unicode's composed form (NFC).

    Archives made on a Mac decompose accents; the images have the same names nevertheless.

    Raises:
        DataError: if two files have the same name apart from the suffix.
    """
    named: dict[str, Path] = {}
    for path in paths:
        if (other := named.setdefault(unicodedata.normalize("NFC", path.stem), path)) != path:
            raise DataError(f"{path}: {other} has the same name; keep one of the two")
    return named


def natural_sort_key(name: str) -> list[tuple[int, str]]:
    """Return a sort key that orders numbers in names by value: ``t2`` before ``t10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name) if part]
