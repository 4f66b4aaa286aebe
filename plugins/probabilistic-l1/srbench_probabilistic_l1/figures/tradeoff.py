"""Figure 4: quality over cost, printed and measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from srbench import Column, Drawing, Numbers, columns, published_table
from srbench_probabilistic_l1.tables import PUBLISHED, TABLE_3

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext, PublishedTable, Row

SCALE = 3.0
COSTS = columns(("params", "macs"), scales=SCALE)
PSNR = Column("psnr", "Set5", SCALE)
HEADER = ("method", "origin", "params", "macs", "psnr")
PRINTED, MEASURED = "printed (Table 3)", "measured here"
OURS = "+Ours"
AREA = 1 / 6000
"""Area of a marker per parameter, in square points."""
SIZES = (250_000, 700_000, 1_500_000)
PLAIN, WITH_OURS = "#4878a8", "#d1813a"
LINE = 9
"""Distance between labels in points."""
TICKS = (20, 50, 100, 200, 500, 1000)
RANGE = (15, 1600)
"""Range of mult-adds [G], with room for the labels at the right."""
NEAR = 1.5
"""Ratio of mult-adds up to which labels can overlap."""


class Point(NamedTuple):
    """A network of the figure, with parameters, mult-adds and PSNR in dB."""

    label: str
    origin: str
    params: float
    macs: float
    psnr: float


def draw(context: FigureContext) -> Drawing:
    """Draw PSNR over mult-adds, with a filled marker for each printed and an open one for each measured network."""
    points = [*printed(published_table(PUBLISHED, TABLE_3.id)), *_measured(context)]
    picture = Picture(figsize=(7.2, 4.2))
    panel = picture.subplots()
    for point in points:
        _mark(panel, point)
    panel.set(xscale="log", xlabel="Mult-adds for 1280x720 [G]", ylabel="PSNR on Set5 x3 [dB]")
    panel.set_xticks(TICKS, [str(tick) for tick in TICKS], minor=False)
    panel.set_xticks([], minor=True)
    panel.set_xlim(RANGE)
    panel.margins(y=0.12)
    _label(picture, panel, points)
    _legend(picture)
    remarks = [
        f"For {OURS} Table 3 prints the quality alone; its costs are those of the row without, as the text says.",
        *(f"Not drawn: {row.label}, not measured." for row in _unmeasured(context)),
    ]
    return Drawing(picture, Numbers(HEADER, points), (_beside(points),), tuple(remarks))


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
    points = []
    for row in context.figure.rows:
        params, macs, psnr = (context.value(row, metric) for metric in ("params", "macs", "psnr"))
        if params is not None and macs is not None and psnr is not None:
            points.append(Point(row.label, MEASURED, params, macs, psnr))
    return points


def _unmeasured(context: FigureContext) -> list[Row]:
    drawn = {point.label for point in _measured(context)}
    return [row for row in context.figure.rows if row.label not in drawn]


def _beside(points: Sequence[Point]) -> Numbers:
    lines = [(point.label, point.origin, point.params / 1e3, point.macs / 1e9, point.psnr) for point in points]
    return Numbers(("network", "", "params [K]", "mult-adds [G]", "PSNR [dB]"), lines, "Set5 x3:")


def _colour(label: str) -> str:
    return WITH_OURS if OURS in label else PLAIN


def _mark(panel: Axes, point: Point) -> None:
    filled = point.origin == PRINTED
    panel.scatter(
        point.macs / 1e9,
        point.psnr,
        s=point.params * AREA * (1 if filled else math.pi / 4),  # the same area as a circle
        marker="o" if filled else "s",
        color=_colour(point.label) if filled else "none",
        edgecolors=_colour(point.label),
        alpha=0.6 if filled else 1.0,
        linewidths=1.2,
        zorder=2,
    )


def _label(picture: Picture, panel: Axes, points: Sequence[Point]) -> None:
    """Write labels beside the markers, moved apart where markers are close to each other."""
    picture.draw_without_rendering()
    inches = panel.bbox.height / picture.dpi
    low, high = panel.get_ylim()
    line = LINE / 72 / inches * (high - low)
    for group in _groups(points):
        heights = spread([point.psnr for point in group], line)
        for point, height in zip(group, heights, strict=True):
            radius = (point.params * AREA) ** 0.5 / 2
            panel.annotate(
                point.label if point.origin == PRINTED else f"{point.label} (measured)",
                (point.macs / 1e9, point.psnr),
                xytext=(radius + 5, (height - point.psnr) / line * LINE),
                textcoords="offset points",
                va="center",
                fontsize=7,
                color=_colour(point.label),
            )


def _groups(points: Sequence[Point]) -> list[list[Point]]:
    """Return groups of points whose labels can overlap: neighbours in mult-adds, by increasing quality."""
    groups: list[list[Point]] = []
    for point in sorted(points, key=lambda point: point.macs):
        if groups and point.macs < NEAR * groups[-1][-1].macs:
            groups[-1].append(point)
        else:
            groups.append([point])
    return [sorted(group, key=lambda point: point.psnr) for group in groups]


def spread(wanted: Sequence[float], least: float) -> list[float]:
    """Return ascending positions near the ascending `wanted` ones, at least `least` apart.

    Positions that are too dense are spread around their mean.
    """
    runs: list[list[float]] = []
    for value in wanted:
        runs.append([value])
        while len(runs) > 1 and _starts(runs[-1], least) - _ends(runs[-2], least) < least:
            runs[-2:] = [runs[-2] + runs[-1]]
    return [_starts(run, least) + index * least for run in runs for index in range(len(run))]


def _starts(run: Sequence[float], least: float) -> float:
    return sum(run) / len(run) - (len(run) - 1) * least / 2


def _ends(run: Sequence[float], least: float) -> float:
    return _starts(run, least) + (len(run) - 1) * least


def _legend(picture: Picture) -> None:
    marks = [
        Line2D([], [], marker="o", linestyle="", color="#888888", alpha=0.6, label=PRINTED),
        Line2D([], [], marker="s", linestyle="", color="#555555", markerfacecolor="none", label=MEASURED),
        Line2D([], [], marker="o", linestyle="", color=WITH_OURS, label="with Eq. 8 and 10 (+Ours)"),
        Line2D([], [], marker="o", linestyle="", color=PLAIN, label="without"),
    ]
    sizes = [
        Line2D(
            [], [], marker="o", linestyle="", color="#bbbbbb", markersize=(size * AREA) ** 0.5, label=f"{size / 1e6:g}M"
        )
        for size in SIZES
    ]
    picture.legend(handles=[*marks, *sizes], loc="outside upper center", ncols=7, fontsize=7, columnspacing=1.0)
