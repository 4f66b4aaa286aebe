"""The demo dataset: photographs that ship with a dependency, for machines without any data."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from srbench.errors import DataError

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
"""Colour photographs inside scikit-image's wheel, 300 to 640 pixels high; public domain or CC0, the left view of the
stereo pair (Middlebury 2014) for research."""


def images() -> list[tuple[str, Path]]:
    """Return the (name, file) of each photograph.

    Raises:
        DataError: if scikit-image is installed without them.
    """
    package = find_spec("skimage")  # finds the folder without importing the package
    folders = package.submodule_search_locations if package else None
    folder = Path(*(folders or ["skimage"])[:1], "data")
    photographs = [(Path(name).stem, folder / name) for name in PHOTOGRAPHS]
    for _, file in photographs:
        if not file.is_file():
            raise DataError(f"{file}: missing; the demo photographs ship with scikit-image: install it again")
    return photographs
