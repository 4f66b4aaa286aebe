"""Strips of crops with the best values marked, for a new drawing and for one that is drawn again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.bench.results.run_options import PAPER
from srbench.errors import DataError, Unavailable, UnknownName, suggestion
from srbench.figures.strips import Strip, Tile, draw_strips
from srbench.imaging.rectangle import Rectangle
from srbench.specs.recipe import PROFILES

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from matplotlib.figure import Figure as Picture
    from numpy.typing import NDArray

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.figures.context import FigureContext
    from srbench.figures.recorded import RecordedFigure

COMPARED = 2
"""Number of methods from which there is something to compare."""
PART = ("left", "top", "width", "height")
SAME_SIZE = 1.0
"""Scale of real pairs of equal size for which none is declared."""


def redraw_crops(context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the crops of an earlier drawing again, with its numbers; only HR and LR are read from the dataset.

    Args:
        context: The context of the figure.
        recorded: Numbers and crops of the earlier drawing.

    Raises:
        Unavailable: if the crops were not kept.
        DataError: if the crops don't fit the numbers.
    """
    groups: dict[tuple[str, str, float, Rectangle], list[dict[str, str]]] = {}
    for line in recorded.lines:
        part = Rectangle(*(int(line[name]) for name in PART))
        groups.setdefault((line["dataset"], line["image"], float(line["scale"]), part), []).append(line)
    parts = [part for *_, part in groups]
    # HR, the rows' images, and LR in all or none of the lines
    widest = max(part.width * (1 + len(lines)) for part, lines in zip(parts, groups.values(), strict=True))
    smaller = recorded.sheet is None or recorded.sheet.shape[1] > widest
    shapes = [
        (part.height, part.width, 1 + smaller + len(lines)) for part, lines in zip(parts, groups.values(), strict=True)
    ]
    wholes = [_whole(context, dataset, image, scale) for dataset, image, scale, _ in groups]
    strips = [
        crop_strip(
            context,
            title_of(f"{dataset}/{image}", scale),
            [tuple(_value(name, text) for name, text in line.items()) for line in lines],
            tuple(lines[0]),
            cut,
            whole,
            part,
        )
        for ((dataset, image, scale, part), lines), cut, whole in zip(
            groups.items(), recorded.crops(shapes), wholes, strict=True
        )
    ]
    shown = dict.fromkeys(line["method"] for line in recorded.lines)
    return draw_strips(strips, budget_note(context, recorded.profile, list(shown)))


def crop_strip(
    context: FigureContext,
    title: str,
    lines: Sequence[tuple[object, ...]],
    header: Sequence[str],
    cut: Sequence[NDArray[np.uint8]],
    whole: NDArray[np.uint8] | None,
    rectangle: Rectangle,
) -> Strip:
    """Return a crop as a strip to draw: HR, LR if it is smaller, then each method with its values, the best marked.

    Args:
        context: The context of the figure.
        title: Title of the strip.
        lines: Lines of the numbers, one per method.
        header: Columns of `lines`.
        cut: The crops, as `_Shown.cut` returns them.
        whole: The whole HR image; None if it is not at hand.
        rectangle: The part in it.
    """
    columns = [name for name in header if name.endswith("_crop")]
    best = {name: _best(context, name, [line[header.index(name)] for line in lines]) for name in columns}
    smaller = len(cut) - 1 - len(lines)
    tiles = [Tile("HR", cut[0]), *(Tile("LR", image) for image in cut[1 : 1 + smaller])]
    for number, (line, image) in enumerate(zip(lines, cut[1 + smaller :], strict=True)):
        caption = [str(line[header.index("method")])]
        for name in columns:
            value = line[header.index(name)]
            if isinstance(value, float):
                mark = ", best" if number in best[name] else ""
                caption.append(_caption(context, name, value) + mark)
        tiles.append(Tile("\n".join(caption), image, any(number in numbers for numbers in best.values())))
    return Strip(title, tuple(tiles), whole, rectangle)


def _best(context: FigureContext, column: str, values: Sequence[object]) -> set[int]:
    """Return the indices of the best values; none if there are not at least two."""
    found = [value for value in values if isinstance(value, float)]
    if len(found) < COMPARED:
        return set()
    better = context.catalog.metrics.get(column.removesuffix("_crop")).better
    best = max(found) if better == "higher" else min(found)
    # values that look alike share the mark
    return {
        number
        for number, value in enumerate(values)
        if isinstance(value, float) and _caption(context, column, value) == _caption(context, column, best)
    }


def _caption(context: FigureContext, column: str, value: float) -> str:
    if column == "psnr_crop":
        return f"{value:.2f} dB"
    name = column.removesuffix("_crop")
    return f"{context.catalog.metrics.get(name).title or name} {value:.3f}"


def _value(column: str, text: str) -> object:
    """Return the value of a field: a number or None in the columns of metrics, else the text, even of a label 4096.

    Raises:
        DataError: if a value of a metric is no number.
    """
    if not column.endswith(("_crop", "_image")):
        return text
    try:
        return float(text) if text else None
    except ValueError:
        raise DataError(f"column {column}: {text!r} is not a number; draw the figure without --redraw") from None


def budget_note(context: FigureContext, profile: str, shown: Sequence[str]) -> str:
    """Return the note that networks had less than the paper's budget; empty where none had.

    Args:
        context: The context of the figure.
        profile: Profile at which the figure was drawn.
        shown: Labels of the rows that are shown.
    """
    reduced = any("reduced" in row.method for row in context.figure.rows)
    size = ", networks marked reduced are smaller than the paper's" if reduced else ""
    if profile in PROFILES and profile != PAPER:
        return f"Profile {profile}: what was trained here had a part of the paper's budget{size}."
    rows = [row for row in context.figure.rows if row.label in shown]
    sources = ((row.label, context.catalog.methods.get(row.method).source) for row in rows)
    networks = [(label, source) for label, source in sources if source != "none"]  # interpolation has none
    bundled = [label for label, source in networks if source == "bundled"]
    if not bundled:
        return ""
    whose = "With" if len(bundled) == len(networks) else f"{', '.join(bundled)}: with"
    return f"{whose} weights that srbench trained with a part of the paper's budget and ships{size}."


def _whole(context: FigureContext, name: str, image: str, scale: float) -> NDArray[np.uint8] | None:
    """Return a whole HR image; None if it is not at hand."""
    try:
        dataset = context.dataset(name, scale)
        return context.pair(dataset, find_image(dataset, image), scale).hr
    except (Unavailable, UnknownName):
        return None


def find_image(dataset: Dataset, name: str) -> ImageFiles:
    """Return the files of an image, or of the first image for an empty name.

    Raises:
        Unavailable: if the dataset has no such image.
    """
    if not name:
        return dataset.images[0]
    for image in dataset.images:
        if image.name == name:
            return image
    raise Unavailable(f"{dataset.root}: no image {name}{suggestion(name, (image.name for image in dataset.images))}")


def title_of(image: str, scale: float) -> str:
    """Return the title of a crop: dataset, image and scale."""
    return image if scale == SAME_SIZE else f"{image} x{scale:g}"
