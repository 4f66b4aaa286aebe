"""Strips of images side by side, enlarged so that single pixels are visible."""

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
"""Maximum number of tiles in one row; more tiles are set in two rows."""
WIDTH = 7.2
"""Width of a picture in inches: the text width of a printed page."""
LINE, PAD = 0.115, 0.06
"""Height of a caption line, and padding above and below a caption, in inches."""
LETTER = 0.054
"""Average width of a letter in inches, estimated generously."""
GAP = 0.08
"""Distance between tiles in inches."""
LEAST = 1.1
"""Minimum width of a tile in inches, which its caption needs; the whole image gets the remaining width."""
TITLE = 0.24
"""Height of a strip's title in inches."""
MARK = "#e02020"
"""Colour of the rectangle that marks the part in the whole image."""
SMALL = 7
"""Font size of the captions in points."""


@dataclass(frozen=True)
class Tile:
    """One image, uint8 (h, w, 3) or (h, w), and its caption."""

    caption: str
    image: NDArray[np.uint8]


@dataclass(frozen=True)
class Strip:
    """Tiles of one size in a row.

    If `whole` is given, it is drawn before the tiles, with the rectangle `part` that they show marked.
    """

    title: str
    tiles: tuple[Tile, ...]
    whole: NDArray[np.uint8] | None = None
    part: Rectangle | None = None


def draw_strips(strips: Sequence[Strip]) -> Picture:
    """Draw the strips one below the other, each at most as wide as the picture."""
    layouts = [_Layout.of(strip) for strip in strips]
    height = sum(layout.height for layout in layouts)
    picture = Picture(figsize=(WIDTH, height))
    picture.set_layout_engine("none")  # `_Layout` positions the panels
    top = height
    for strip, layout in zip(strips, layouts, strict=True):
        _draw(picture, strip, layout, top)
        top -= layout.height
    return picture


@dataclass(frozen=True)
class _Layout:
    """Layout of one strip, in inches."""

    columns: int
    rows: int
    tile: tuple[float, float]
    """Width and height of a tile."""
    whole: tuple[float, float]
    """Width and height of the whole image; zero width without one."""
    caption: float
    """Height of the captions."""
    captions: tuple[str, ...]
    """Captions broken into lines as wide as a tile."""

    @property
    def height(self) -> float:
        return TITLE + self.rows * (self.tile[1] + self.caption + GAP)

    @classmethod
    def of(cls, strip: Strip) -> _Layout:
        captions = tuple(tile.caption for tile in strip.tiles)
        # More caption lines make the whole image higher and the tiles narrower, which never reduces the number of
        # lines: the loop ends.
        while (layout := cls._with(strip, captions)).captions != captions:
            captions = layout.captions
        return layout

    @classmethod
    def _with(cls, strip: Strip, captions: tuple[str, ...]) -> _Layout:
        """Return the layout with room for `captions` as they are broken now, and break the captions again to fit it."""
        caption = LINE * max(text.count("\n") + 1 for text in captions) + 2 * PAD
        rows = 1 if len(captions) <= MOST else 2
        columns = -(-len(captions) // rows)
        high, wide = strip.tiles[0].image.shape[:2]
        aspect = high / wide
        # the whole image is as high as all rows of tiles together, and all of them fill the width
        whole_aspect = 0.0 if strip.whole is None else strip.whole.shape[1] / strip.whole.shape[0]
        between = (rows - 1) * (caption + GAP)
        gaps = (columns + 2) * GAP
        tile = min((WIDTH - gaps - whole_aspect * between) / (columns + whole_aspect * rows * aspect), WIDTH / MOST)
        tile = max(tile, LEAST)
        whole = rows * tile * aspect + between
        if whole_aspect:
            whole = min(whole, (WIDTH - gaps - columns * tile) / whole_aspect)
        broken = tuple(_broken(member.caption, tile) for member in strip.tiles)
        return cls(columns, rows, (tile, tile * aspect), (whole * whole_aspect, whole), caption, broken)


def _broken(caption: str, inches: float) -> str:
    """Break `caption` into lines of at most `inches`, estimated by the average letter; longer words stay whole."""
    letters = max(int(inches / LETTER), 1)
    lines = (
        textwrap.wrap(line, letters, break_long_words=False, break_on_hyphens=False) for line in caption.split("\n")
    )
    return "\n".join("\n".join(line) for line in lines)


def _draw(picture: Picture, strip: Strip, layout: _Layout, top: float) -> None:
    """Draw `strip` with its upper edge `top` inches above the bottom of the picture."""
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
    """Draw `image` with its upper left corner at (`left`, `top`) and (width, height) `size`, all in inches."""
    wide, high = size
    across, up = picture.get_size_inches()
    panel = picture.add_axes((left / across, (top - high) / up, wide / across, high / up))
    panel.imshow(image, cmap="gray", vmin=0, vmax=255, interpolation=interpolation, aspect="auto")
    panel.set(xticks=[], yticks=[])
    panel.spines[:].set_visible(False)
    return panel
