"""Images side by side, enlarged so that their pixels show."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from matplotlib.figure import Figure as Picture
from matplotlib.patches import Rectangle as Frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from srbench.figures.rectangle import Rectangle

MOST = 4
"""Tiles beside each other; more are set in two lines."""
WIDTH = 7.2
"""Inches: a text's width in print."""
LINE, PAD = 0.115, 0.06
"""Inches of a line of a caption, and above and below it."""
LETTER = 0.054
"""Inches that a letter takes on average, rather too much."""
GAP = 0.08
LEAST = 1.1
"""Inches of a tile, which its caption needs: a whole image beside it gets what is left."""
TITLE = 0.24
MARK = "#e02020"
SMALL = 7


@dataclass(frozen=True)
class Tile:
    """One image, uint8 (h, w, 3) or (h, w), and what stands below it."""

    caption: str
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Strip:
    """Tiles of one size; where `whole` is given, the image they are a part of stands before them, that part marked."""

    title: str
    tiles: tuple[Tile, ...]
    whole: NDArray[np.uint8] | None = None
    part: Rectangle | None = None


def draw_strips(strips: Sequence[Strip]) -> Picture:
    """One strip below the other, each as wide as the picture, or less where tiles are few."""
    layouts = [_Layout.of(strip) for strip in strips]
    height = sum(layout.height for layout in layouts)
    picture = Picture(figsize=(WIDTH, height))
    picture.set_layout_engine("none")  # panels stand where `_Layout` has them
    top = height
    for strip, layout in zip(strips, layouts, strict=True):
        _draw(picture, strip, layout, top)
        top -= layout.height
    return picture


@dataclass(frozen=True)
class _Layout:
    """Where the tiles of a strip stand, in inches."""

    columns: int
    rows: int
    tile: tuple[float, float]
    whole: tuple[float, float]
    caption: float
    captions: tuple[str, ...]
    """Broken into lines as wide as a tile."""

    @property
    def height(self) -> float:
        return TITLE + self.rows * (self.tile[1] + self.caption + GAP)

    @classmethod
    def of(cls, strip: Strip) -> _Layout:
        captions = tuple(tile.caption for tile in strip.tiles)
        # captions of more lines make the whole image higher and the tiles narrower, which never takes lines away
        while (found := cls._with(strip, captions)).captions != captions:
            captions = found.captions
        return found

    @classmethod
    def _with(cls, strip: Strip, captions: tuple[str, ...]) -> _Layout:
        """With captions of as many lines as these have, themselves broken anew."""
        caption = LINE * max(text.count("\n") + 1 for text in captions) + 2 * PAD
        rows = 1 if len(captions) <= MOST else 2
        columns = -(-len(captions) // rows)
        high, wide = strip.tiles[0].image.shape[:2]
        aspect = high / wide
        # a whole image is as high as all lines of tiles; then everything together fills the width
        whole_aspect = 0.0 if strip.whole is None else strip.whole.shape[1] / strip.whole.shape[0]
        between = (rows - 1) * (caption + GAP)
        gaps = (columns + 2) * GAP
        tile = min((WIDTH - gaps - whole_aspect * between) / (columns + whole_aspect * rows * aspect), WIDTH / MOST)
        tile = max(tile, LEAST)
        whole = rows * tile * aspect + between
        if whole_aspect:
            whole = min(whole, (WIDTH - gaps - columns * tile) / whole_aspect)
        broken = tuple(_broken(one.caption, tile) for one in strip.tiles)
        return cls(columns, rows, (tile, tile * aspect), (whole * whole_aspect, whole), caption, broken)


def _broken(caption: str, inches: float) -> str:
    """`caption` in lines of at most so many inches, by the average letter; a longer word stays whole."""
    letters = max(int(inches / LETTER), 1)
    lines = (
        textwrap.wrap(line, letters, break_long_words=False, break_on_hyphens=False) for line in caption.split("\n")
    )
    return "\n".join("\n".join(line) for line in lines)


def _draw(picture: Picture, strip: Strip, layout: _Layout, top: float) -> None:
    """`top` is in inches from the picture's bottom."""
    picture.text(GAP / WIDTH, (top - 0.6 * TITLE) / picture.get_figheight(), strip.title, va="center", weight="bold")
    top -= TITLE
    left = GAP
    if strip.whole is not None:
        whole = _panel(picture, strip.whole, left, top, layout.whole)
        left += layout.whole[0] + GAP
        if strip.part is not None:
            corner = (strip.part.left - 0.5, strip.part.top - 0.5)
            whole.add_patch(Frame(corner, strip.part.width, strip.part.height, fill=False, edgecolor=MARK, linewidth=1))
    wide, high = layout.tile
    for number, (tile, caption) in enumerate(zip(strip.tiles, layout.captions, strict=True)):
        row, column = divmod(number, layout.columns)
        x, y = left + column * (wide + GAP), top - row * (high + layout.caption + GAP)
        panel = _panel(picture, tile.image, x, y, layout.tile, interpolation="nearest")
        panel.set_xlabel(caption, fontsize=SMALL, labelpad=2)


def _panel(
    picture: Picture,
    image: NDArray[np.uint8],
    left: float,
    top: float,
    size: tuple[float, float],
    interpolation: str = "antialiased",
) -> Axes:
    """`image` with its left upper corner at (`left`, `top`), `size` wide and high, all in inches."""
    wide, high = size
    across, up = picture.get_size_inches()
    panel = picture.add_axes((left / across, (top - high) / up, wide / across, high / up))
    panel.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation=interpolation, aspect="auto")
    panel.set(xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
    return panel
