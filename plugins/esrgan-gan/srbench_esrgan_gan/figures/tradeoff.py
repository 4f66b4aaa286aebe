"""Network interpolation between the CNN and the GAN: LPIPS gained and PSNR lost as alpha rises."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers, Unavailable
from srbench_esrgan_gan.figures import ALPHAS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext, RecordedFigure

HEADER = ("alpha", "psnr", "lpips")
COLOURS = {"psnr": (FigureStyle.BLUE, "o"), "lpips": (FigureStyle.PURPLE, "s")}
PSNR_SPAN, LPIPS_SPAN = 1.0, 0.1
"""Least spans of the axes: 1 dB and 0.1, about what the tables' methods differ by."""


class Point(NamedTuple):
    """PSNR in dB and LPIPS of the network at `alpha`."""

    alpha: float
    psnr: float
    lpips: float


def draw(context: FigureContext) -> Drawing:
    """Draw PSNR and LPIPS against alpha, and LPIPS over PSNR: the perception-distortion curve."""
    points, missing = [], []
    for alpha, row in zip(ALPHAS, context.figure.rows, strict=True):
        psnr, lpips = (context.value(row, metric) for metric in ("psnr", "lpips"))
        if psnr is None or lpips is None:
            entry = context.entry(row, "psnr" if psnr is None else "lpips")
            missing.append(f"Not drawn: {row.label}: {entry.remarks if entry else 'not measured'}.")
        else:
            points.append(Point(alpha, psnr, lpips))
    if not points:
        raise Unavailable(" ".join(missing).rstrip("."))
    numbers = Numbers(HEADER, points)
    return Drawing(_picture(points), numbers, (numbers,), (*_sentences(points), *missing))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture([Point(*(float(line[name]) for name in HEADER)) for line in recorded.lines])


def _picture(points: Sequence[Point]) -> Picture:
    """Draw the three panels: PSNR and LPIPS against alpha, and LPIPS over PSNR."""
    picture = Picture(figsize=(FigureStyle.PAGE, 2.7))
    psnr, lpips, both = picture.subplots(1, 3)
    _against_alpha(psnr, points, "psnr", "PSNR [dB] (higher is better)", PSNR_SPAN)
    _against_alpha(lpips, points, "lpips", "LPIPS (lower is better)", LPIPS_SPAN)
    _curve(both, points)
    return picture


def _against_alpha(panel: Axes, points: Sequence[Point], name: str, title: str, span: float) -> None:
    """Draw a metric against alpha, on an axis that spans at least `span`: a small change looks small."""
    values = [getattr(point, name) for point in points]
    colour, marker = COLOURS[name]
    panel.plot([point.alpha for point in points], values, color=colour, marker=marker)
    panel.set(xlabel="alpha (0: CNN, 1: GAN)", ylabel=title)
    _widen(panel.set_ylim, values, span)


def _widen(limit: Callable[[float, float], object], values: Sequence[float], span: float) -> None:
    """Set the limits of an axis around the values, at least `span` apart.

    Args:
        limit: Function that sets the limits.
        values: Values on the axis.
        span: Least difference of the limits.
    """
    middle, half = (max(values) + min(values)) / 2, max(1.2 * (max(values) - min(values)), span) / 2
    limit(middle - half, middle + half)


def _curve(panel: Axes, points: Sequence[Point]) -> None:
    """Draw LPIPS over PSNR; better networks are to the lower right."""
    coordinates = [(point.psnr, point.lpips) for point in points]
    panel.plot(*zip(*coordinates, strict=True), color=FigureStyle.GREY, marker="o", linewidth=1.0)
    _widen(panel.set_xlim, [psnr for psnr, _ in coordinates], PSNR_SPAN)
    _widen(panel.set_ylim, [lpips for _, lpips in coordinates], LPIPS_SPAN)
    panel.set(xlabel="PSNR [dB]", ylabel="LPIPS", title="labels: alpha")
    panel.annotate(
        "better",
        xy=(0.97, 0.03),
        xytext=(0.72, 0.22),
        xycoords="axes fraction",
        fontsize=FigureStyle.SMALL,
        ha="center",
        color=FigureStyle.GREY,
        arrowprops={"arrowstyle": "->", "color": FigureStyle.GREY},
    )
    for point, place in zip(points, coordinates, strict=True):
        # the curve is steep on these axes, so that the right of each point is free
        panel.annotate(
            f"{point.alpha:g}",
            place,
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=FigureStyle.SMALL,
        )


def _sentences(points: Sequence[Point]) -> list[str]:
    """Return the remarks: where LPIPS is least, and what changes between the ends of alpha."""
    best = min(points, key=lambda point: point.lpips)
    sentences = [f"LPIPS is least at alpha {best.alpha:g}: {best.lpips:.4f}, with {best.psnr:.2f} dB."]
    ends = {point.alpha: point for point in points}
    if {0.0, 1.0} <= ends.keys():
        psnr, gan = ends[0.0], ends[1.0]
        change = 100 * (gan.lpips / psnr.lpips - 1)
        sentences.append(f"From alpha 0 to 1 LPIPS changes by {change:+.1f} %, PSNR by {gan.psnr - psnr.psnr:+.2f} dB.")
        fair = [point for point in points if point.psnr > gan.psnr and point.lpips <= gan.lpips]
        if fair:
            alphas = ", ".join(f"{point.alpha:g}" for point in fair)
            sentences.append(f"As good in LPIPS as the GAN, and better in PSNR: alpha {alphas}.")
    return [*sentences, "Seed 0."]
