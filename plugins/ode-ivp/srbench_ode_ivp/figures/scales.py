"""Figure 2: PSNR against scale, at scales seen in training, between them and beyond."""

from __future__ import annotations

from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture
from matplotlib.lines import Line2D

from srbench import Column, Drawing, FigureStyle, Numbers, published_table
from srbench_ode_ivp.figures import BICUBIC, FINE, PAPERS, SMALL
from srbench_ode_ivp.recipes import SCALES
from srbench_ode_ivp.tables import OURS, PUBLISHED, TABLE_1

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext, RecordedFigure

SEEN, BETWEEN, BEYOND = "seen", "between them", "beyond"
MARKERS = {SEEN: "o", BETWEEN: "x", BEYOND: "x"}
MEASURED, PRINTED = "measured", "printed (Table 1)"
RDN = "RDN (ours)"
COLOURS = {
    BICUBIC: FigureStyle.BLACK,
    OURS: FigureStyle.BLUE,
    SMALL: FigureStyle.VERMILLION,
    RDN: FigureStyle.GREEN,
}
HEADER = ("dataset", "method", "origin", "scale", "kind", "psnr", "gain")
LAST = max(SCALES)
SHADE = FigureStyle.BAND


class Point(NamedTuple):
    """PSNR in dB at a scale, and the gain over bicubic, which is None if bicubic was not measured."""

    scale: float
    kind: str
    psnr: float
    gain: float | None


class Curve(NamedTuple):
    """Points of one method on one dataset, by increasing scale."""

    dataset: str
    method: str
    origin: str
    points: tuple[Point, ...]


def draw(context: FigureContext) -> Drawing:
    """Draw PSNR above and the gain over bicubic below, with a column of panels for each dataset."""
    curves = [*measured(context), *printed()]
    datasets = list(dict.fromkeys(entry.column.dataset for entry in context.result.entries))
    curves = [curve for curve in curves if curve.dataset in datasets]
    lines = [(*curve[:3], *point) for curve in curves for point in curve.points]
    remarks = [f"Not drawn: {row.label}, not measured." for row in context.figure.rows if not _has(curves, row.label)]
    return Drawing(
        _picture(curves, datasets), Numbers(HEADER, lines), (summary(curves),), (*roughness(curves), *remarks)
    )


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    points: dict[tuple[str, str, str], list[Point]] = {}
    for line in recorded.lines:
        gain = float(line["gain"]) if line["gain"] else None
        point = Point(float(line["scale"]), line["kind"], float(line["psnr"]), gain)
        points.setdefault((line["dataset"], line["method"], line["origin"]), []).append(point)
    curves = [Curve(*name, tuple(values)) for name, values in points.items()]
    return _picture(curves, list(dict.fromkeys(curve.dataset for curve in curves)))


def _picture(curves: Sequence[Curve], datasets: Sequence[str]) -> Picture:
    picture = Picture(figsize=(FigureStyle.PAGE, 5.2))
    panels = picture.subplots(2, len(datasets), sharex=True, squeeze=False)
    for column, dataset in enumerate(datasets):
        of_dataset = [curve for curve in curves if curve.dataset == dataset]
        _panel(panels[0][column], of_dataset, "psnr")
        _panel(panels[1][column], of_dataset, "gain")
        panels[0][column].set_title(dataset)
        panels[1][column].set_xlabel("scale")
    panels[0][0].set_ylabel("PSNR [dB]")
    panels[1][0].set_ylabel("gain over bicubic [dB]")
    _legend(picture, curves)
    return picture


def kind(scale: float) -> str:
    """Return the kind of `scale`: `SEEN` in training, `BETWEEN` scales that were seen, or `BEYOND` them."""
    return SEEN if scale in SCALES else BETWEEN if scale < LAST else BEYOND


def measured(context: FigureContext) -> list[Curve]:
    """Return the measured curves of the figure's rows, one for each dataset."""
    psnr: dict[tuple[str, str], dict[float, float]] = {}
    for entry in context.result.measured:
        if entry.row in context.figure.rows and entry.measured is not None and entry.column.scale:
            psnr.setdefault((entry.column.dataset, entry.row.label), {})[entry.column.scale] = entry.measured
    return [
        Curve(dataset, label, MEASURED, _points(values, psnr.get((dataset, BICUBIC), {})))
        for (dataset, label), values in psnr.items()
    ]


def printed() -> list[Curve]:
    """Return the curves that Table 1 prints of the figure's methods."""
    table = published_table(PUBLISHED, TABLE_1.id)
    values = {
        label: {
            scale: cell.value
            for scale in SCALES
            if (cell := table.get(label, Column("psnr", PAPERS, scale))) is not None
        }
        for label in (BICUBIC, OURS, RDN)
    }
    return [Curve(PAPERS, label, PRINTED, _points(psnr, values[BICUBIC])) for label, psnr in values.items()]


def summary(curves: Sequence[Curve]) -> Numbers:
    """Return the mean and the least gain over bicubic of each curve, for each kind of scale."""
    lines: list[tuple[object, ...]] = []
    for curve in curves:
        for group in MARKERS:
            gains = [
                (point.gain, point.scale) for point in curve.points if point.kind == group and point.gain is not None
            ]
            if gains and curve.method != BICUBIC:
                least, where = min(gains)
                mean = fmean(gain for gain, _ in gains)
                lines.append((curve.dataset, curve.method, curve.origin, group, len(gains), mean, least, f"x{where:g}"))
    header = ("dataset", "method", "", "scales", "how many", "mean gain [dB]", "least gain [dB]", "at")
    return Numbers(header, lines, "Gain over bicubic:")


def roughness(curves: Sequence[Curve]) -> list[str]:
    """Return a sentence for each curve that compares gains at unseen scales with those at seen scales.

    The gain at a scale between seen ones is compared with the mean gain of its two seen neighbours.
    """
    sentences = []
    for curve in curves:
        gains = {point.scale: point.gain for point in curve.points if point.gain is not None}
        differences = {}
        for before, scale, after in zip(FINE, FINE[1:], FINE[2:], strict=False):
            if kind(scale) == BETWEEN and {before, scale, after} <= set(gains):
                differences[scale] = gains[scale] - (gains[before] + gains[after]) / 2
        if differences and curve.method != BICUBIC:
            worst = min(differences, key=lambda scale: differences[scale])
            sentences.append(
                f"{curve.method} on {curve.dataset}: at scales between those seen its gain is "
                f"{fmean(differences.values()):+.3f} dB from the mean of its two seen neighbours; "
                f"lowest, {differences[worst]:+.3f} dB, at x{worst:g}."
            )
    return sentences


def _points(values: dict[float, float], bicubic: dict[float, float]) -> tuple[Point, ...]:
    """Return points of PSNR by scale, with the gain over `bicubic` where that has the scale."""
    return tuple(
        Point(scale, kind(scale), value, value - bicubic[scale] if scale in bicubic else None)
        for scale, value in sorted(values.items())
    )


def _has(curves: Sequence[Curve], label: str) -> bool:
    return any((curve.method, curve.origin) == (label, MEASURED) for curve in curves)


def _panel(panel: Axes, curves: Sequence[Curve], what: str) -> None:
    for curve in curves:
        if what == "gain" and curve.method == BICUBIC:
            continue
        _curve(panel, curve, what)
    panel.axvspan(LAST, FINE[-1] + 0.1, color=SHADE, linewidth=0, zorder=0)
    panel.set_xlim(FINE[0] - 0.1, FINE[-1] + 0.1)
    if what == "gain":
        panel.axhline(0, color=FigureStyle.RULE, linewidth=0.7)
        return
    for x, align, turned, word in (
        (LAST - 0.05, "right", 0, "interpolation"),
        ((LAST + FINE[-1] + 0.1) / 2, "center", 90, "extrapolation"),
    ):
        place = panel.get_xaxis_transform()
        panel.text(x, 0.98, word, transform=place, ha=align, va="top", rotation=turned, fontsize=FigureStyle.SMALL)


def _curve(panel: Axes, curve: Curve, what: str) -> None:
    colour = COLOURS[curve.method]
    drawn = [(point.scale, value, point.kind) for point in curve.points if (value := getattr(point, what)) is not None]
    line = [(scale, value) for scale, value, _ in drawn]
    if curve.origin == PRINTED:
        panel.plot(*zip(*line, strict=True), color=colour, linewidth=1, linestyle="--")
        return
    if not drawn:
        return
    panel.plot(*zip(*line, strict=True), color=colour, linewidth=0.6, zorder=2)
    for group, marker in MARKERS.items():
        places = [(scale, value) for scale, value, kind_of_scale in drawn if kind_of_scale == group]
        if places:
            across, up = zip(*places, strict=True)
            panel.scatter(across, up, s=9, marker=marker, color=colour, linewidths=0.8, zorder=3)


def _legend(picture: Picture, curves: Sequence[Curve]) -> None:
    """Draw a legend with one entry per method and origin, each as its curve is drawn."""
    drawn = dict.fromkeys((curve.method, curve.origin) for curve in curves)
    methods = [
        Line2D(
            [],
            [],
            color=COLOURS[method],
            linewidth=1.2,
            linestyle="--" if origin == PRINTED else "-",
            label=f"{method}, {origin}",
        )
        for method, origin in drawn
    ]
    kinds = [
        Line2D(
            [], [], color=FigureStyle.GREY, marker="o", linestyle="", markersize=3.5, label="scale seen in training"
        ),
        Line2D([], [], color=FigureStyle.GREY, marker="x", linestyle="", markersize=4, label="not seen"),
    ]
    picture.legend(handles=[*methods, *kinds], loc="outside upper center", ncols=3)
