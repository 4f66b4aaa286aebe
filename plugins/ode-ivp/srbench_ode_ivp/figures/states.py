"""The gradual states I(t) between the bicubic enlargement and the restored image (Sec. 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import (
    Crop,
    Drawing,
    Numbers,
    Rectangle,
    Sample,
    Strip,
    Tile,
    Unavailable,
    draw_strips,
    psnr,
    repeat_pixels,
    to_uint8,
)
from srbench_ode_ivp.figures.network import first_at_hand, image_pair
from srbench_ode_ivp.figures.rivals import intermediates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from matplotlib.figure import Figure as Picture
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench import FigureContext, Pair, RecordedFigure
    from srbench_ode_ivp.figures.network import Network

SHOWN = (
    Crop("Set5", "butterfly", 4.0, Rectangle(100, 96, 72, 60)),
    Crop("Set5", "woman", 2.0, Rectangle(20, 20, 72, 60)),
)
DEMO_SIDE = 72
STATES = 4
"""Number of states that a strip shows."""
HEADER = ("dataset", "image", "scale", "left", "top", "width", "height", "solved", "t", "psnr_crop", "psnr_image")
GRADUAL, AT_ONCE = "a step from state to state", "one step from t0 to 1"
OURS = (GRADUAL, AT_ONCE)
"""Values of the column `solved` for the initial value problem; a gradual method has its label there."""


def times(scale: float) -> tuple[float, ...]:
    """Return `STATES` equidistant times from `scale` down to 1."""
    return tuple(scale + (1 - scale) * index / (STATES - 1) for index in range(STATES))


def draw(context: FigureContext) -> Drawing:
    """Draw HR and the states of each image, with their PSNR against HR, which is the target of I(1)."""
    network, remarks = first_at_hand(context, SHOWN[0].scale)
    strips, lines, kept = [], [], []
    rivals: list[tuple[object, ...]] = []
    for crop in SHOWN:
        try:
            pair, name = image_pair(context, crop.dataset, crop.image, crop.scale)
        except Unavailable as reason:
            remarks.append(f"Not drawn: {crop.dataset}/{crop.image} x{crop.scale:g}: {reason}.")
            continue
        part = Rectangle.middle(pair.hr, DEMO_SIDE) if context.demo or isinstance(crop.part, int) else crop.part
        strip, measured = _restored(context, network, pair, name, crop.scale, part)
        strips.append(strip)
        lines += measured
        kept.append([tile.image for tile in strip.tiles])
        for beside, compared in _gradual(context, pair, name, crop.scale, part):
            strips.append(beside)
            kept.append([tile.image for tile in beside.tiles])
            label, *_ = compared[0]
            lines += [(*name.split("/", 1), crop.scale, *part, label, *row[3:]) for row in compared]
            rivals += compared
    if not strips:
        raise Unavailable(" ".join(remarks).rstrip("."))
    header = ("image", "scale", "solved", "t", "PSNR of the part [dB]", "PSNR [dB]")
    table = Numbers(header, [(line[1], line[2], *line[7:]) for line in lines if line[7] in OURS], "Against HR:")
    tables = [table]
    if rivals:
        columns = ("method", "image", "scale", "state", "PSNR of the part [dB]", "PSNR [dB]")
        tables.append(Numbers(columns, rivals, "Gradual methods against HR:"))
    captions = (
        f"Network: {network.label}. Below each part stands its own PSNR, without a border.",
        "Between each two states stands a step of the solver; trained and measured it is with one step in all.",
    )
    numbers = Numbers(HEADER, lines)
    return Drawing(draw_strips(strips), numbers, tuple(tables), (*captions, *remarks), kept)


def redraw(context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the states again from the recorded numbers and crops; the whole images are read from their dataset."""
    lines: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for line in recorded.lines:
        if line["solved"] != AT_ONCE:
            lines.setdefault((line["dataset"], line["image"], line["scale"], line["solved"]), []).append(line)
    parts = {key: Rectangle(*(int(group[0][name]) for name in HEADER[3:7])) for key, group in lines.items()}
    crops = recorded.crops(
        [
            (parts[key].height, parts[key].width, len(group) + (2 if key[3] == GRADUAL else 1))
            for key, group in lines.items()
        ]
    )
    strips = []
    for (key, group), cut in zip(lines.items(), crops, strict=True):
        dataset, image, scale, solved = key
        measured = [(float(line["t"]), float(line["psnr_crop"])) for line in group]
        pair, name = image_pair(context, dataset, image, float(scale))
        title = f"{name} x{float(scale):g}"
        if solved == GRADUAL:
            strips.append(_strip(title, cut, measured, pair.hr, parts[key]))
        else:
            strips.append(Strip(f"{solved}, {title}", _tiles(cut, measured), pair.hr, parts[key]))
    return draw_strips(strips)


def _strip(
    title: str,
    cut: Sequence[NDArray[np.uint8]],
    measured: Sequence[tuple[float, float]],
    hr: NDArray[np.uint8],
    part: Rectangle,
) -> Strip:
    """Return a strip of HR, LR and the states.

    Args:
        title: title of the strip.
        cut: the part of HR, of LR and of each state.
        measured: t of each state, and the PSNR of the part in dB.
        hr: the whole image.
        part: the part in it.
    """
    best = max(value for _, value in measured)
    tiles = [Tile("HR", cut[0]), Tile("LR", cut[1])]
    for (t, value), image in zip(measured, cut[2:], strict=True):
        mark = ", best" if value == best else ""
        tiles.append(Tile(f"I({t:.3g})\n{value:.2f} dB{mark}", image, value == best))
    return Strip(title, tuple(tiles), hr, part)


def _gradual(
    context: FigureContext, pair: Pair, name: str, scale: float, part: Rectangle
) -> Iterator[tuple[Strip, list[tuple[object, ...]]]]:
    """Yield a strip for each gradual method with weights, and its lines in the table of gradual methods."""
    for label, states in intermediates(context, pair, scale, STATES):
        cut = [part.cut(pair.hr, name)]
        measured: list[tuple[float, float]] = []
        rows: list[tuple[object, ...]] = []
        for number, state in states:
            shown, of_part, of_image = _compared(context, state, pair, scale, part)
            cut.append(shown)
            measured.append((number, of_part))
            rows.append((label, name, scale, number, of_part, of_image))
        yield Strip(f"{label}, {name} x{scale:g}", _tiles(cut, measured), pair.hr, part), rows


def _tiles(cut: Sequence[NDArray[np.uint8]], measured: Sequence[tuple[float, float]]) -> tuple[Tile, ...]:
    """Return HR and the states of a gradual method, with their numbers and the PSNR of the part in dB."""
    states = (
        Tile(f"state {number:g}\n{value:.2f} dB", image)
        for (number, value), image in zip(measured, cut[1:], strict=True)
    )
    return (Tile("HR", cut[0]), *states)


def _restored(
    context: FigureContext, network: Network, pair: Pair, name: str, scale: float, part: Rectangle
) -> tuple[Strip, list[tuple[object, ...]]]:
    """Return the strip of one image, and its table rows in the order of `HEADER`."""
    dataset, _, image = name.partition("/")
    where = (dataset, image, scale, *part)
    gradual = list(zip(times(scale), network.states(pair.lr, scale, times(scale)), strict=True))
    (at_once,) = network.states(pair.lr, scale, (1.0,))
    cut = [part.cut(pair.hr, name), part.cut(repeat_pixels(pair.lr, pair.hr), name)]
    measured: list[tuple[float, float]] = []
    lines: list[tuple[object, ...]] = []
    for solved, t, state in (*((GRADUAL, *step) for step in gradual), (AT_ONCE, 1.0, at_once)):
        shown, of_part, of_image = _compared(context, state, pair, scale, part)
        lines.append((*where, solved, t, of_part, of_image))
        if solved == GRADUAL:
            cut.append(shown)
            measured.append((t, of_part))
    return _strip(f"{name} x{scale:g}", cut, measured, pair.hr, part), lines


def _compared(
    context: FigureContext, state: Tensor, pair: Pair, scale: float, part: Rectangle
) -> tuple[NDArray[np.uint8], float, float]:
    """Return a part of a state as uint8, and the PSNR of that part and of the whole image."""
    protocol = context.protocol
    image = to_uint8(state, protocol.quantise)
    whole = psnr(Sample(pair.name, image, pair.hr, scale, protocol))
    cut, cut_hr = (part.cut(pixels, pair.name) for pixels in (image, pair.hr))
    of_part = psnr(Sample(pair.name, cut, cut_hr, scale, protocol.but(crop_scale=0.0, crop_extra=0)))
    return cut, of_part, whole
