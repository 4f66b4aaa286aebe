"""SR images of a few validation images, kept at each validation of a training to be looked at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import StoreError
from srbench.imaging.image_io import write_png
from srbench.imaging.window import detailed_window
from srbench.storage.folder_name import folder_name

if TYPE_CHECKING:
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

SAMPLES = "samples"
"""Name of the folder in that of a training, with a folder for each image: ``HR.png``, and SR by step."""
SIDE = 192
"""Largest side in HR pixels of the part of an image that is kept: the one with the most detail."""
HR = "HR.png"
STEP = re.compile(r"step-(\d{8})\.png")


class SampleImages:
    """Keeps SR images of the first `count` validation images, at the largest scale that is validated.

    They are PNG files: ``samples/<image>-x4/step-00001000.png`` in the folder of the training.

    Args:
        folder: Folder of the training.
        count: Number of images; 0: none.
    """

    def __init__(self, folder: Path, count: int) -> None:
        self._folder = folder / SAMPLES
        self._count = count

    def keep(
        self, step: int, index: int, name: str, scale: float, sr: NDArray[np.uint8], hr: NDArray[np.uint8]
    ) -> None:
        """Write the SR image of a validation image after `step` steps, if it is to be kept, and HR where it lacks.

        Args:
            step: Number of steps taken.
            index: Place of the image among the validation images.
            name: Name of the image.
            scale: Scale.
            sr: SR image, (H, W, 3).
            hr: HR image of the same size.

        Raises:
            StoreError: if a file cannot be written.
        """
        if index >= self._count:
            return
        folder = self._folder / f"{index}-{folder_name(name)}-x{scale:g}"
        window = detailed_window(hr, SIDE)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            if not (folder / HR).is_file():
                write_png(folder / HR, hr[window.slices])
            write_png(folder / f"step-{step:08d}.png", sr[window.slices])
        except OSError as error:
            raise StoreError(f"{folder}: not written: {error.strerror or error}") from error


@dataclass(frozen=True)
class SampleFiles:
    """The kept images of one validation image."""

    image: str
    """Name of the image, with its scale: ``baby x4``."""
    hr: Path
    steps: tuple[tuple[int, Path], ...]
    """Number of steps taken, and the SR image then, in ascending order."""


def sample_files(folder: Path) -> list[SampleFiles]:
    """Return the images that the training in `folder` has kept; those without HR or SR are left out."""
    found = []
    for place in sorted((folder / SAMPLES).glob("*-x*")):
        named = [(STEP.fullmatch(path.name), path) for path in sorted(place.glob("step-*.png"))]
        steps = tuple((int(match[1]), path) for match, path in named if match)
        if (place / HR).is_file() and steps:
            name, _, scale = place.name.partition("-")[2].rpartition("-x")
            found.append(SampleFiles(f"{name} x{scale}", place / HR, steps))
    return found
