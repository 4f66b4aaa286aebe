"""Files of pictures: whole or not there at all, with the same bytes for the same picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from pathlib import Path

    from matplotlib.figure import Figure

FORMATS = ("png", "pdf", "svg")
"""File formats of pictures, by suffix; the first is written unless others are named."""
DPI = 160
"""Dots per inch of pixels."""
_METADATA: dict[str, dict[str, str | None]] = {
    "png": {"Software": "srbench"},
    "pdf": {"Creator": "srbench", "Producer": "matplotlib", "CreationDate": None},
    "svg": {"Creator": "srbench", "Date": None},
}
"""Metadata of a picture's file: no date, so that the same picture has the same bytes."""


def save_picture(picture: Figure, path: Path) -> None:
    """Write a picture atomically, in the style of all figures and in the format that the path ends in.

    Args:
        picture: The picture.
        path: Its file, whose suffix is one of `FORMATS`.

    Raises:
        StoreError: if the file can't be written.
    """
    from srbench.pictures.style import house_style

    name = path.suffix.removeprefix(".")
    try:
        with atomic_write(path) as temporary, house_style():
            picture.savefig(temporary, format=name, dpi=DPI, metadata=_METADATA[name])
    except OSError as error:
        raise StoreError(
            f"{path}: can't be written ({error.strerror}); check the folder's permissions and free space"
        ) from error
