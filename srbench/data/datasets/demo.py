"""Photographs that ship with srbench's dependencies: something to measure on a machine without any data."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from srbench.errors import DataError

PHOTOGRAPHS = ("astronaut.png", "chelsea.png", "coffee.png", "motorcycle_left.png", "rocket.jpg")
"""Colour photographs inside scikit-image's wheel, 300 to 640 pixels high; public domain or CC0, the stereo pair's left
view (Middlebury 2014) for research."""


def images() -> list[tuple[str, Path]]:
    """(name, file) of each photograph. Raises `DataError` where scikit-image is installed without them."""
    package = find_spec("skimage")  # finds the folder without importing the package
    folders = package.submodule_search_locations if package else None
    folder = Path(*(folders or ["skimage"])[:1], "data")
    found = [(Path(name).stem, folder / name) for name in PHOTOGRAPHS]
    for _, file in found:
        if not file.is_file():
            raise DataError(f"{file}: missing, the demo's photographs ship with scikit-image; install that again")
    return found
