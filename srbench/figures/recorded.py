"""A figure that was drawn before: its numbers and crops, from which its picture can be drawn again."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import DataError, Unavailable
from srbench.escape import of_csv_field

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

_PROFILE = re.compile(r"profile `(\w+)`")


@dataclass(frozen=True)
class RecordedFigure:
    """Numbers of a figure in an output folder, and the parts of images that it shows."""

    lines: list[dict[str, str]]
    """Lines of the CSV file, by the names of its columns; values that were not measured are empty."""
    sheet: NDArray[np.uint8] | None
    """Crops at native pixels, one row per strip; None for a figure without."""
    profile: str
    """Profile at which the figure was drawn; empty if its page doesn't say."""
    source: str = ""
    """File of the crops, for messages."""

    @classmethod
    def read(cls, folder: Path, figure_id: str) -> RecordedFigure:
        """Read the numbers, the crops and the profile of a figure.

        Raises:
            Unavailable: if the figure was not drawn yet.
        """
        from srbench.imaging.image_io import read_image

        stem = folder / f"figure-{figure_id}"
        try:
            text = stem.with_name(f"{stem.name}.csv").read_text(encoding="utf-8")
            page = stem.with_name(f"{stem.name}.md").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            raise Unavailable(
                f"{error.filename} is not there, and --redraw needs a figure that was drawn; leave out --redraw, which "
                "draws it or names what it lacks"
            ) from None
        crops = folder / f"figure-{figure_id}.crops.png"
        profile = _PROFILE.search(page)
        return cls(
            _lines(text, f"{stem}.csv"),
            read_image(crops) if crops.is_file() else None,
            profile[1] if profile else "",
            str(crops),
        )

    def crops(self, rows: Sequence[tuple[int, int, int]]) -> list[list[NDArray[np.uint8]]]:
        """Return the crops, row by row.

        Args:
            rows: Height, width and number of the crops of each row.

        Raises:
            Unavailable: if the crops were not kept.
            DataError: if they are of another size.
        """
        if self.sheet is None:
            raise Unavailable(f"{self.source} is not there; draw the figure without --redraw")
        height = sum(high for high, _, _ in rows)
        width = max(wide * number for _, wide, number in rows)
        if self.sheet.shape[:2] != (height, width):
            raise DataError(
                f"{self.source}: {self.sheet.shape[1]}x{self.sheet.shape[0]} pixels, and the numbers of the figure ask "
                f"for {width}x{height}; draw the figure without --redraw"
            )
        found, top = [], 0
        for high, wide, number in rows:
            row = self.sheet[top : top + high]
            found.append([row[:, index * wide : (index + 1) * wide] for index in range(number)])
            top += high
        return found


def _lines(text: str, file: str) -> list[dict[str, str]]:
    """Return the lines of a CSV file by column, as they were before `csv_field`.

    Raises:
        DataError: if there is no line, or one has more or fewer fields than there are columns.
    """
    lines = []
    for number, line in enumerate(csv.DictReader(io.StringIO(text, newline="")), 2):
        if None in line or None in line.values():
            raise DataError(f"{file}: damaged (line {number}); draw the figure without --redraw")
        lines.append({of_csv_field(name): of_csv_field(field) for name, field in line.items()})
    if not lines:
        raise DataError(f"{file}: damaged, without any number; draw the figure without --redraw")
    return lines


def to_sheet(rows: Sequence[Sequence[NDArray[np.uint8]]]) -> NDArray[np.uint8]:
    """Return one RGB image that holds the crops of each row side by side; what `RecordedFigure.crops` reads.

    Args:
        rows: Crops of one size per row, (h, w, 3) or (h, w).
    """
    import numpy as np

    width = max(sum(crop.shape[1] for crop in row) for row in rows)
    lines = []
    for row in rows:
        line = np.concatenate([_rgb(crop) for crop in row], axis=1)
        lines.append(np.pad(line, ((0, 0), (0, width - line.shape[1]), (0, 0))))
    return np.concatenate(lines)


def _rgb(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    import numpy as np

    return image if image.ndim == 3 else np.repeat(image[..., None], 3, axis=2)
