"""Strips of images side by side, enlarged so that single pixels are visible."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure as Picture
from matplotlib.patches import Rectangle as Frame

from srbench.pictures.style import FigureStyle

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from srbench.imaging.rectangle import Rectangle

MOST = 5
"""Maximum number of panels in one row; more are set in several rows."""
FEWEST = 3
"""Minimum number of panels in each of several rows."""
WIDTH = FigureStyle.PAGE
"""Width of a picture in inches."""
LINE, PAD = 0.115, 0.06
"""Height of a caption line, and padding above and below a caption, in inches."""
LETTER = 0.056
"""Average width of a letter in inches, estimated generously."""
GAP = 0.08
"""Distance between tiles in inches."""
LEAST = 1.1
"""Minimum width of a tile in inches, which its caption needs; the whole image gets the remaining width."""
HIGHEST = 2.4
"""Maximum height of a tile in inches."""
TITLE, FOOT = 0.24, 0.2
"""Height of a strip's title, and of the note below all strips, in inches."""
MARK = FigureStyle.VERMILLION
"""Colour of the rectangle that marks the part in the whole image."""
BEST = FigureStyle.BLUE
"""Colour of the frame around the tile that is the best by a metric."""
SMALL = FigureStyle.SMALL
"""Font size of the captions in points."""


@dataclass(frozen=True)
class Tile:
    """One image, uint8 (h, w, 3) or (h, w), and its caption."""

    caption: str
    image: NDArray[np.uint8]
    best: bool = False
    """Whether the tile gets a frame, as the best by a metric that its caption names."""


@dataclass(frozen=True)
class Strip:
    """Tiles of one size in a row.

    If `whole` is given, it is drawn before the tiles, with the rectangle `part` that they show marked.
    """

    title: str
    tiles: tuple[Tile, ...]
    whole: NDArray[np.uint8] | None = None
    part: Rectangle | None = None


def draw_strips(strips: Sequence[Strip], foot: str = "") -> Picture:
    """Draw the strips one below the other, each at most as wide as the picture.

    Where the tiles don't fill a grid, the whole image takes a place among them.

    Args:
        strips: The strips.
        foot: Note below all strips; empty for none.
    """
    layouts = [_Layout.of(strip) for strip in strips]
    height = sum(layout.height for layout in layouts) + (FOOT if foot else 0)
    picture = Picture(figsize=(WIDTH, height))
    picture.set_layout_engine("none")  # `_Layout` positions the panels
    top = height
    for strip, layout in zip(strips, layouts, strict=True):
        _draw(picture, strip, layout, top)
        top -= layout.height
    if foot:
        place = (GAP / WIDTH, 0.5 * FOOT / height)
        picture.text(*place, foot, va="center", fontsize=SMALL, color=FigureStyle.GREY)
    return picture


@dataclass(frozen=True)
class _Layout:
    """Layout of one strip, in inches."""

    columns: int
    rows: int
    tile: tuple[float, float]
    """Width and height of a tile."""
    whole: tuple[float, float]
    """Width and height of the whole image beside the tiles; zero width without one, or if it is among them."""
    under: tuple[float, ...]
    """Height of the captions of each row."""
    captions: tuple[str, ...]
    """Captions broken into lines as wide as a tile; the first is of the whole image if it is among the tiles."""
    among: bool
    """Whether the whole image is the first of the tiles."""

    @property
    def height(self) -> float:
        return TITLE + self.rows * (self.tile[1] + GAP) + sum(self.under)

    @classmethod
    def of(cls, strip: Strip) -> _Layout:
        columns, rows, among = _grid(len(strip.tiles), whole=strip.whole is not None)
        captions = tuple(tile.caption for tile in strip.tiles)
        captions = ("whole image", *captions) if among else captions
        broken = captions
        # More caption lines make the whole image higher and the tiles narrower, which never reduces the number of
        # lines: the loop ends.
        while (layout := cls._with(strip, captions, broken, columns, rows, among=among)).captions != broken:
            broken = layout.captions
        return layout

    @classmethod
    def _with(
        cls, strip: Strip, captions: tuple[str, ...], broken: tuple[str, ...], columns: int, rows: int, *, among: bool
    ) -> _Layout:
        """Return the layout with room for the captions as they are `broken` now, and break them again to fit it."""
        under = tuple(
            LINE * max(text.count("\n") + 1 for text in broken[first : first + columns]) + 2 * PAD
            for first in range(0, len(broken), columns)
        )
        high, wide = strip.tiles[0].image.shape[:2]
        aspect = high / wide
        # the whole image is as high as all rows of tiles together, and all of them fill the width
        beside = strip.whole is not None and not among
        whole_aspect = strip.whole.shape[1] / strip.whole.shape[0] if beside and strip.whole is not None else 0.0
        between = sum(under[:-1]) + (rows - 1) * GAP
        gaps = (columns + 1 + beside) * GAP
        tile = (WIDTH - gaps - whole_aspect * between) / (columns + whole_aspect * rows * aspect)
        tile = max(min(tile, HIGHEST / aspect), LEAST)
        whole = rows * tile * aspect + between
        if whole_aspect:
            whole = min(whole, (WIDTH - gaps - columns * tile) / whole_aspect)
        lines = tuple(_broken(text, tile) for text in captions)
        return cls(columns, rows, (tile, tile * aspect), (whole * whole_aspect, whole), under, lines, among)


def _grid(tiles: int, *, whole: bool) -> tuple[int, int, bool]:
    """Return columns and rows, and whether the whole image is one of the places.

    No place is empty if a grid of three to five columns can be filled with the tiles, or with them and the whole image.
    """
    if tiles <= MOST - whole:
        return tiles, 1, False
    for columns in range(MOST, FEWEST - 1, -1):
        if tiles % columns == 0 and columns <= MOST - whole:
            return columns, tiles // columns, False
        if whole and (tiles + 1) % columns == 0:
            return columns, (tiles + 1) // columns, True
    return MOST - 1, -(-(tiles + whole) // (MOST - 1)), whole


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
    if strip.whole is not None and not layout.among:
        _mark(_panel(picture, strip.whole, left, top, layout.whole), strip.part)
        left += layout.whole[0] + GAP
    wide, high = layout.tile
    tiles = ([Tile("", strip.whole)] if layout.among and strip.whole is not None else []) + list(strip.tiles)
    for number, (tile, caption) in enumerate(zip(tiles, layout.captions, strict=True)):
        row, column = divmod(number, layout.columns)
        x, y = left + column * (wide + GAP), top - row * (high + GAP) - sum(layout.under[:row])
        is_whole = layout.among and number == 0
        size = _inside(tile.image, layout.tile) if is_whole else layout.tile
        x += (wide - size[0]) / 2  # a whole image that is narrower than a tile stands in the middle of its place
        panel = _panel(picture, tile.image, x, y, size, "antialiased" if is_whole else "nearest")
        panel.set_xlabel(caption, fontsize=SMALL, labelpad=2)
        if is_whole:
            _mark(panel, strip.part)
        if tile.best:
            panel.spines[:].set(visible=True, color=BEST, linewidth=1.8)


def _mark(panel: Axes, part: Rectangle | None) -> None:
    """Mark `part` in a whole image."""
    if part is not None:
        corner = (part.left - 0.5, part.top - 0.5)
        panel.add_patch(Frame(corner, part.width, part.height, fill=False, edgecolor=MARK, linewidth=1.2))


def _inside(image: NDArray[np.uint8], size: tuple[float, float]) -> tuple[float, float]:
    """Return the largest (width, height) of the shape of `image` inside `size`."""
    high, wide = image.shape[:2]
    factor = min(size[0] / wide, size[1] / high)
    return wide * factor, high * factor


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


def repeat_pixels(lr: NDArray[np.uint8], hr: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return `lr` with its pixels repeated to the size of `hr`, which shows what a method gets."""
    rows, columns = (
        np.arange(length) * short // length for length, short in zip(hr.shape[:2], lr.shape[:2], strict=True)
    )
    repeated: NDArray[np.uint8] = lr[rows][:, columns]
    return repeated
