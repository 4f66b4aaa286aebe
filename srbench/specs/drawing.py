"""The result of drawing a figure: the picture, the plotted numbers, and remarks for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Picture
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Numbers:
    """A table of text, numbers and None (not measured) below a header.

    Raises:
        PluginError: if a line does not have one value per column.
    """

    header: tuple[str, ...]
    lines: Sequence[Sequence[object]]
    title: str = ""

    def __post_init__(self) -> None:
        for number, line in enumerate(self.lines, start=1):
            if len(line) != len(self.header):
                raise PluginError(
                    f"line {number} of the numbers has {len(line)} values for {len(self.header)} columns; "
                    "give one per column"
                )


@dataclass(frozen=True)
class Drawing:
    """A drawn figure.

    Create `picture` with ``matplotlib.figure.Figure(...)``, which needs neither a display nor pyplot.
    """

    picture: Picture
    numbers: Numbers
    """All plotted values in full precision; written to the CSV file."""
    tables: tuple[Numbers, ...] = ()
    """Tables that accompany the figure in the Markdown file, e.g. measured beside printed values."""
    remarks: tuple[str, ...] = ()
    """Notes for the reader: interpretation of unclear points, missing data, seed, image region."""
    crops: Sequence[Sequence[NDArray[np.uint8]]] = ()
    """Parts of images that the picture shows, uint8 of one size per row; kept at native pixels, to draw it again."""
