"""Network interpolation between the CNN and the GAN: LPIPS gained and PSNR lost as alpha rises."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from matplotlib.figure import Figure as Picture

from srbench import Drawing, Numbers, Unavailable
from srbench_esrgan_gan.figures import ALPHAS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from srbench import FigureContext

HEADER = ("alpha", "psnr", "lpips")
PSNR, LPIPS = "#4878a8", "#8e44ad"


class Point(NamedTuple):
    """PSNR in dB and LPIPS of the network at `alpha`."""

    alpha: float
    psnr: float
    lpips: float


def draw(context: FigureContext) -> Drawing:
    """Draw PSNR and LPIPS against alpha, and LPIPS over PSNR beside it.

    The second panel is the perception-distortion curve.
    """
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
    picture = Picture(figsize=(7.2, 3.0))
    left, right = picture.subplots(1, 2)
    _against_alpha(left, points)
    _curve(right, points)
    return Drawing(picture, Numbers(HEADER, points), (Numbers(HEADER, points),), (*_said(points), *missing))


def _against_alpha(panel: Axes, points: Sequence[Point]) -> None:
    alphas = [point.alpha for point in points]
    panel.plot(alphas, [point.psnr for point in points], color=PSNR, marker="o", markersize=4)
    panel.set_xlabel("alpha")
    panel.set_ylabel("PSNR [dB]", color=PSNR)
    right = panel.twinx()
    right.plot(alphas, [point.lpips for point in points], color=LPIPS, marker="s", markersize=4)
    right.set_ylabel("LPIPS", color=LPIPS)
    right.spines["right"].set_visible(True)


def _curve(panel: Axes, points: Sequence[Point]) -> None:
    """Draw LPIPS over PSNR; better networks are to the lower right."""
    panel.plot([point.psnr for point in points], [point.lpips for point in points], color="#555555", marker="o")
    for point in points:
        place = (point.psnr, point.lpips)
        panel.annotate(f"{point.alpha:g}", place, xytext=(4, 4), textcoords="offset points", fontsize=7)
    panel.set(xlabel="PSNR [dB]", ylabel="LPIPS")


def _said(points: Sequence[Point]) -> list[str]:
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
