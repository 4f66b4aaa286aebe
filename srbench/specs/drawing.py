"""What draws a figure returns: the picture, the plotted numbers, and what must be read beside them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.figure import Figure as Picture


@dataclass(frozen=True)
class Numbers:
    """A header and lines of text, numbers and None (not measured). Raises `PluginError` where a line doesn't fit."""

    header: tuple[str, ...]
    lines: Sequence[Sequence[object]]
    title: str = ""

    def __post_init__(self) -> None:
        for number, line in enumerate(self.lines, start=1):
            if len(line) != len(self.header):
                raise PluginError(f"line {number} of the numbers has {len(line)} values for {len(self.header)} columns")


@dataclass(frozen=True)
class Drawing:
    """A figure as drawn. Make `picture` with ``matplotlib.figure.Figure(...)``: that needs no display and no pyplot."""

    picture: Picture
    numbers: Numbers
    """All that is plotted, in full precision: becomes the CSV file."""
    tables: tuple[Numbers, ...] = ()
    """What a reader wants to see of it, e.g. measured beside printed: goes into the Markdown file."""
    remarks: tuple[str, ...] = ()
    """What was read how, what is missing, which seed, which part of an image."""
