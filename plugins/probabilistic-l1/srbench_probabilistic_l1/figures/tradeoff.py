"""Figure 4: quality over cost, printed and measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from srbench import Column, Drawing, FigureStyle, Numbers, columns, place_labels, published_table
from srbench_probabilistic_l1.tables import PUBLISHED, TABLE_3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext, PublishedTable, RecordedFigure, Row

SCALE = 3.0
COSTS = columns(("params", "macs"), scales=SCALE)
PSNR = Column("psnr", "Set5", SCALE)
HEADER = ("method", "origin", "params", "macs", "psnr")
PRINTED, MEASURED = "printed (Table 3)", "measured here"
OURS = "+Ours"
AREA = 1 / 12000
"""Area of a marker per parameter, in square points: bubbles of neighbours can be told apart."""
SIZES = (250_000, 700_000, 1_500_000)
PLAIN, WITH_OURS = FigureStyle.BLUE, FigureStyle.VERMILLION
FILL = (FigureStyle.SKY, FigureStyle.ORANGE)
"""Colours of filled markers, without and with the paper's method."""
TICKS = (20, 50, 100, 200, 500, 1000)
RANGE = (15, 1600)
"""Range of mult-adds [G], with room for the labels at the right."""
BREAK = 1.0
"""PSNR in dB below the best from which networks are drawn in a panel of their own."""


class Point(NamedTuple):
    """A network of the figure, with parameters, mult-adds and PSNR in dB."""

    label: str
    origin: str
    """`PRINTED` or `MEASURED`."""
    params: float
    macs: float
    psnr: float


def draw(context: FigureContext) -> Drawing:
    """Draw PSNR over mult-adds, with an open marker for each printed and a filled one for each measured network."""
    points = [*printed(published_table(PUBLISHED, TABLE_3.id)), *_measured(context)]
    remarks = [
        f"For {OURS} Table 3 prints the quality alone; its costs are those of the row without, as the text says.",
        *(f"Not drawn: {row.label}, not measured." for row in _unmeasured(context)),
    ]
    return Drawing(_picture(points), Numbers(HEADER, points), (_number_table(points),), tuple(remarks))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    points = [
        Point(line["method"], line["origin"], *(float(line[name]) for name in HEADER[2:])) for line in recorded.lines
    ]
    return _picture(points)


def _picture(points: Sequence[Point]) -> Picture:
    """Draw the points; the y axis is broken where a reduced network is far below all others."""
    picture = Picture(figsize=(FigureStyle.PAGE, 4.2))
    highest = max((point.psnr for point in points), default=0.0)
    low = [point for point in points if point.psnr < highest - BREAK]
    high = [point for point in points if point not in low]
    _legend(picture)
    if low and high:
        parts = picture.subplots(2, 1, sharex=True, height_ratios=(4, 1))
        _break(*parts)
        groups = [(parts[0], high), (parts[1], low)]
    else:
        groups = [(picture.subplots(), list(points))]
    for panel, shown in groups:
        for point in shown:
            _mark(panel, point)
        panel.set(xscale="log", xlim=RANGE)
        panel.set_xticks(TICKS, [str(tick) for tick in TICKS], minor=False)
        panel.set_xticks([], minor=True)
        _limits(panel, [point.psnr for point in shown])
    groups[-1][0].set_xlabel("Mult-adds for 1280x720 [G]")
    groups[0][0].set_ylabel("PSNR on Set5 x3 [dB]")
    for panel, shown in groups:
        merged = _merged(shown)
        place_labels(
            panel,
            [(point.macs / 1e9, point.psnr) for point, _ in merged],
            [label for _, label in merged],
            colours=[_colour(label) if "\n" not in label else FigureStyle.BLACK for _, label in merged],
            radii=[(point.params * AREA) ** 0.5 / 2 + 1 for point, _ in merged],
        )
    return picture


def _break(above: Axes, below: Axes) -> None:
    """Mark that the y axis is broken between two panels."""
    above.spines["bottom"].set_visible(False)
    above.tick_params(bottom=False, labelbottom=False)
    slant: dict[str, Any] = {
        "marker": [(-1, -0.6), (1, 0.6)],
        "markersize": 8,
        "linestyle": "",
        "color": FigureStyle.GREY,
    }
    above.plot([0], [0], transform=above.transAxes, clip_on=False, **slant)
    below.plot([0], [1], transform=below.transAxes, clip_on=False, **slant)


def _limits(panel: Axes, values: Sequence[float]) -> None:
    """Set the limits of the PSNR axis, with room for markers and labels."""
    room = max(0.2 * (max(values) - min(values)), 0.12)
    panel.set_ylim(min(values) - room, max(values) + room)


def _merged(points: Sequence[Point]) -> list[tuple[Point, str]]:
    """Return each point with its label; points of one origin that coincide share a label."""
    labels: dict[tuple[object, ...], tuple[Point, list[str]]] = {}
    for point in points:
        name = point.label if point.origin == PRINTED else f"{point.label} (measured)"
        key = (round(point.macs / 1e9, 1), round(point.psnr, 2), point.origin)
        labels.setdefault(key, (point, []))[1].append(name)
    return [(point, "\n".join(names)) for point, names in labels.values()]


def printed(table: PublishedTable) -> list[Point]:
    """Return the networks of Table 3 at x3.

    A cell that is merged with the row above has that row's costs.
    """
    points = []
    for row in TABLE_3.rows:
        psnr = table.get(row.label, PSNR)
        costs = [table.get(row.label.removesuffix(OURS), column) for column in COSTS]
        if psnr and costs[0] and costs[1]:
            points.append(Point(row.label, PRINTED, costs[0].value, costs[1].value, psnr.value))
    return points


def _measured(context: FigureContext) -> list[Point]:
    """Return the points of the rows whose costs and PSNR are all measured."""
    points = []
    for row in context.figure.rows:
        params, macs, psnr = (context.value(row, metric) for metric in ("params", "macs", "psnr"))
        if params is not None and macs is not None and psnr is not None:
            points.append(Point(row.label, MEASURED, params, macs, psnr))
    return points


def _unmeasured(context: FigureContext) -> list[Row]:
    drawn = {point.label for point in _measured(context)}
    return [row for row in context.figure.rows if row.label not in drawn]


def _number_table(points: Sequence[Point]) -> Numbers:
    """Return the points as a table for readers."""
    lines = [(point.label, point.origin, point.params / 1e3, point.macs / 1e9, point.psnr) for point in points]
    return Numbers(("network", "", "params [K]", "mult-adds [G]", "PSNR [dB]"), lines, "Set5 x3:")


def _colour(label: str) -> str:
    return WITH_OURS if OURS in label else PLAIN


def _mark(panel: Axes, point: Point) -> None:
    """Draw the marker of a point: an open circle for a printed one, a filled square for a measured one."""
    filled = point.origin == MEASURED
    panel.scatter(
        point.macs / 1e9,
        point.psnr,
        s=point.params * AREA * (math.pi / 4 if filled else 1),  # the same area as a circle
        marker="s" if filled else "o",
        facecolor=FILL[OURS in point.label] if filled else "none",
        edgecolors=_colour(point.label),
        alpha=0.75 if filled else 1.0,
        linewidths=1.2,
        zorder=2 + (OURS in point.label),
    )


def _legend(picture: Picture) -> None:
    marks = [
        Line2D([], [], marker="o", linestyle="", color=FigureStyle.GREY, markerfacecolor="none", label=PRINTED),
        Line2D([], [], marker="s", linestyle="", color=FigureStyle.GREY, label=MEASURED),
        Line2D([], [], marker="o", linestyle="", color=WITH_OURS, label="with Eq. 8 and 10 (+Ours)"),
        Line2D([], [], marker="o", linestyle="", color=PLAIN, label="without"),
    ]
    sizes = [
        Line2D(
            [],
            [],
            marker="o",
            linestyle="",
            color=FigureStyle.RULE,
            markersize=(size * AREA) ** 0.5,
            label=f"{size / 1e6:g}M",
        )
        for size in SIZES
    ]
    picture.legend(
        handles=[*marks, *sizes], loc="outside upper center", ncols=7, fontsize=FigureStyle.SMALL, columnspacing=1.0
    )
