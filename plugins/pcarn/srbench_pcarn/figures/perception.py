"""Figure 12: perception against distortion, printed and measured."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from srbench import Column, Drawing, FigureStyle, Numbers, Unavailable, place_labels, published_table
from srbench_pcarn.tables import PUBLISHED, TABLE_4, TABLE_5

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext, RecordedFigure, Row

DATASET, SCALE = "Set14", 4.0
PRINTED, MEASURED = "printed (Tables 4 and 5)", "measured here"
HEADER = ("method", "origin", "macs", "psnr", "ssim", "pi", "niqe")
PANELS = (("psnr", "pi"), ("ssim", "pi"), ("psnr", "niqe"))
"""Distortion and perception of each panel: the paper's two, and NIQE, which is half of PI."""
TITLES = {"psnr": "PSNR [dB]", "ssim": "SSIM", "pi": "PI (lower is better)", "niqe": "NIQE (lower is better)"}
AREA = 1 / 1.2e9
"""Area of a marker per mult-add, in square points."""
SIZES = (30e9, 120e9, 400e9)
"""Numbers of mult-adds whose markers the legend shows."""


class Point(NamedTuple):
    """A method with its mult-adds for 1280x720 and its metrics, None where there is no value."""

    label: str
    origin: str
    macs: float | None
    psnr: float | None
    ssim: float | None
    pi: float | None
    niqe: float | None

    @property
    def radius(self) -> float:
        """Radius of the marker in points."""
        return math.sqrt((self.macs or 0.0) * AREA / math.pi)


def draw(context: FigureContext) -> Drawing:
    """Draw PI and NIQE over PSNR and SSIM, for printed values and for what was measured of them."""
    points = [*printed(context.figure.rows), *_measured(context)]
    if not any(point.origin == MEASURED for point in points):
        raise Unavailable("no cell of it is measured; run Table 4 first, or name data and weights with --data")
    pi = any(point.pi is not None for point in points if point.origin == MEASURED)
    remarks = (
        () if pi else ("PI is printed alone: measuring it takes Ma's random forest (srbench data get nrqm-model).",)
    )
    shown = [(*point[:2], point.macs / 1e9 if point.macs else None, *point[3:]) for point in points]
    table = Numbers(("method", "", "mult-adds [G]", "PSNR [dB]", "SSIM", "PI", "NIQE"), shown, f"{DATASET} x{SCALE:g}:")
    return Drawing(_picture(points), Numbers(HEADER, points), (table,), remarks)


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture(
        [
            Point(line["method"], line["origin"], *(float(line[name]) if line[name] else None for name in HEADER[2:]))
            for line in recorded.lines
        ]
    )


def printed(rows: Sequence[Row]) -> list[Point]:
    """Return the methods of Tables 4 and 5, as printed."""
    tables = [published_table(PUBLISHED, table.id) for table in (TABLE_4, TABLE_5)]

    def value(label: str, metric: str) -> float | None:
        column = Column(metric, "" if metric == "macs" else DATASET, SCALE)
        return next((cell.value for table in tables if (cell := table.get(label, column))), None)

    points = [Point(row.label, PRINTED, *(value(row.label, metric) for metric in HEADER[2:])) for row in rows]
    return [point for point in points if point.psnr is not None]


def _measured(context: FigureContext) -> list[Point]:
    points = [
        Point(row.label, MEASURED, *(context.value(row, metric) for metric in HEADER[2:]))
        for row in context.figure.rows
    ]
    return [point for point in points if point.psnr is not None]


def _picture(points: Sequence[Point]) -> Picture:
    picture = Picture(figsize=(FigureStyle.PAGE, 5.6))
    grid = picture.subplots(2, 2)
    panels = [grid[0][0], grid[0][1], grid[1][0]]
    drawn = [_panel(panel, points, *axes) for panel, axes in zip(panels, PANELS, strict=True)]
    _legend(grid[1][1])
    for panel, shown, (x, y) in zip(panels, drawn, PANELS, strict=True):
        # one label for both values of a method, at the printed one
        first = {point.label: point for point in reversed(shown)}.values()
        place_labels(
            panel,
            [(getattr(point, x), getattr(point, y)) for point in first],
            [point.label for point in first],
            radii=[point.radius + 1 for point in first],
            avoid=[((getattr(point, x), getattr(point, y)), point.radius + 1) for point in shown],
        )
    return picture


def _panel(panel: Axes, points: Sequence[Point], x: str, y: str) -> list[Point]:
    """Draw the points that have both values, with a line from a method's printed to its measured values."""
    shown = [point for point in points if getattr(point, x) is not None and getattr(point, y) is not None]
    for point in shown:
        filled = point.origin == MEASURED
        panel.scatter(
            getattr(point, x),
            getattr(point, y),
            s=max((point.macs or 0) * AREA, 6),
            facecolor=FigureStyle.ORANGE if filled else "none",
            edgecolors=FigureStyle.VERMILLION if filled else FigureStyle.BLUE,
            alpha=0.8 if filled else 1.0,
            linewidths=1.2,
            zorder=3 if filled else 2,
        )
    places = {(point.label, point.origin): (getattr(point, x), getattr(point, y)) for point in shown}
    for (label, origin), place in places.items():
        if origin == PRINTED and (label, MEASURED) in places:
            panel.plot(*zip(place, places[label, MEASURED], strict=True), color=FigureStyle.RULE, linewidth=0.7)
    panel.set(xlabel=f"{TITLES[x]}, {DATASET} x{SCALE:g}", ylabel=TITLES[y])
    panel.margins(x=0.25, y=0.2)  # room for the labels
    return shown


def _legend(panel: Axes) -> None:
    panel.set_axis_off()
    looks: dict[str, dict[str, Any]] = {
        PRINTED: {"color": FigureStyle.BLUE, "markerfacecolor": "none"},
        MEASURED: {"color": FigureStyle.VERMILLION, "markerfacecolor": FigureStyle.ORANGE},
    }
    marks = [Line2D([], [], marker="o", linestyle="", label=name, **look) for name, look in looks.items()]
    sizes = [
        Line2D(
            *([], []),
            marker="o",
            linestyle="",
            color=FigureStyle.GREY,
            markerfacecolor="none",
            markersize=2 * math.sqrt(size * AREA / math.pi),
            label=f"{size / 1e9:g}G mult-adds for 1280x720",
        )
        for size in SIZES
    ]
    panel.legend(
        handles=[*marks, *sizes], loc="center", labelspacing=2.2, handletextpad=2.0, title="Better: to the lower right"
    )
