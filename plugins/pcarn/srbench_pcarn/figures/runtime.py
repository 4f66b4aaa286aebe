"""Figure 13: quality over the time of one image."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers, Unavailable, place_labels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench import FigureContext, RecordedFigure

HEADER = ("method", "runtime_ms", "lpips", "nima", "device")
QUALITY = {"lpips": "-LPIPS, Set14 x4", "nima": "NIMA, Set14 x4"}
COMPARED = 2
"""Least number of measured networks for a picture."""


class Point(NamedTuple):
    """A method with the time of a 1280x720 image in milliseconds, its LPIPS and NIMA on Set14 x4, and the device."""

    label: str
    runtime: float
    lpips: float | None
    nima: float | None
    device: str


def draw(context: FigureContext) -> Drawing:
    """Draw -LPIPS and NIMA over the time on the device of the run, whose times are those of this machine alone."""
    points = []
    for row in context.figure.rows:
        runtime, lpips, nima = (context.value(row, metric) for metric in ("runtime_ms", "lpips", "nima"))
        if runtime is not None and (lpips is not None or nima is not None):
            device = next((record.device for record in context.records(row, "runtime_ms")), "")
            points.append(Point(row.label, runtime, lpips, nima, device))
    if len(points) < COMPARED:
        raise Unavailable(
            f"nothing to compare yet: the time and quality of {len(points)} networks are measured; "
            f"measure {COMPARED} or more"
        )
    numbers = Numbers(HEADER, points)
    return Drawing(_picture(points), numbers, (numbers,), ("Times are of this machine; the paper's were of others.",))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture(
        [
            Point(
                line["method"],
                float(line["runtime_ms"]),
                float(line["lpips"]) if line["lpips"] else None,
                float(line["nima"]) if line["nima"] else None,
                line["device"],
            )
            for line in recorded.lines
        ]
    )


def _picture(points: Sequence[Point]) -> Picture:
    picture = Picture(figsize=(FigureStyle.PAGE, 3.0))
    device = ", ".join(dict.fromkeys(point.device for point in points))
    labelled = []
    for panel, (metric, title) in zip(picture.subplots(1, 2), QUALITY.items(), strict=True):
        sign = -1 if metric == "lpips" else 1
        shown = [point for point in points if getattr(point, metric) is not None]
        places = [(point.runtime, sign * getattr(point, metric)) for point in shown]
        if places:
            panel.scatter(*zip(*places, strict=True), color=FigureStyle.BLUE, s=22)
        panel.set(xscale="log", xlabel=f"time of a 1280x720 image [ms], {device}", ylabel=f"{title} (higher is better)")
        panel.margins(0.2)
        labelled.append((panel, places, [point.label for point in shown]))
    for panel, places, labels in labelled:
        place_labels(panel, places, labels)
    return picture
