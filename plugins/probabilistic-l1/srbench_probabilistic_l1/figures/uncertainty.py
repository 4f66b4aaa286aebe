"""Figure 7: maps of a network's error and of its predicted sigma."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from matplotlib.figure import Figure as Picture

from srbench import (
    Drawing,
    FigureStyle,
    Numbers,
    Unavailable,
    colour_bar,
    error_and_sigma,
    pll,
    psnr_sigma,
    shave,
    show_image,
    show_map,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from srbench import FigureContext, Sample

SCALE = 3.0
DATASET = "Set14"
IMAGES = ("ppt3", "zebra", "monarch")
TITLES = ("HR", "SR", "|HR - SR|", "sigma")
HEADER = (
    *("dataset", "image", "method", "pll", "psnr_sigma", "correlation"),
    *(f"{quantity}_{name}" for quantity in ("error", "sigma") for name in ("mean", "p5", "p50", "p95")),
)
SHOWN = 99.0
"""Percentile of both maps of an image that ends their common colour scale."""
GREY = 255


class Maps(NamedTuple):
    """An SR image with its error and sigma as the metrics use them: (H, W) in [0, 1], without the crop border."""

    sample: Sample
    error: NDArray[np.float64]
    sigma: NDArray[np.float64]


def draw(context: FigureContext) -> Drawing:
    """Draw HR, SR, error and sigma of the first row that predicts sigma and whose weights are at hand.

    The last row, whose sigma is constant, is compared in numbers alone.
    """
    dataset = context.dataset(DATASET, SCALE)
    files = [entry for entry in dataset.images if context.demo or entry.name in IMAGES][: len(IMAGES)]
    if not files:
        raise Unavailable(f"{dataset.root}: none of the images {', '.join(IMAGES)}")
    remarks = []
    measured: dict[tuple[str, str], Maps] = {}
    for row in context.figure.rows:
        if measured and row != context.figure.rows[-1]:
            continue
        try:
            method = context.method(row.method, SCALE, sigma=True)
            for entry in files:
                measured[row.label, entry.name] = maps(context.sample(method, dataset, entry, SCALE))
        except Unavailable as reason:
            remarks.append(f"Not measured: {row.label}: {reason}.")
    shown_label = next((label for label, _ in measured), "")
    if shown_label == context.figure.rows[-1].label:
        measured = {}
    drawn = [row_maps for (label, _), row_maps in measured.items() if label == shown_label]
    if not drawn:
        raise Unavailable(" ".join(remarks).rstrip("."))
    lines = [(dataset.name, name, label, *values(row_maps)) for (label, name), row_maps in measured.items()]
    sentences = (*_sentences(context, drawn), *remarks)
    return Drawing(_picture(drawn), Numbers(HEADER, lines), (_number_table(lines),), sentences)


def maps(sample: Sample) -> Maps:
    """Return |HR - SR| and sigma of `sample`, averaged over channels if the protocol has three."""
    error, sigma = error_and_sigma(sample)
    return Maps(sample, error.mean(axis=2), np.broadcast_to(sigma, error.shape).mean(axis=2))


def values(shown: Maps) -> tuple[float | None, ...]:
    """Return the columns of `HEADER` behind the method; the correlation of a constant sigma is None."""
    constant = np.ptp(shown.sigma) == 0
    correlation = None if constant else float(np.corrcoef(shown.error.ravel(), shown.sigma.ravel())[0, 1])
    spreads = [
        value
        for pixels in (shown.error, shown.sigma)
        for value in (pixels.mean(), *np.percentile(pixels, (5, 50, 95)).tolist())
    ]
    return pll(shown.sample), psnr_sigma(shown.sample), correlation, *map(float, spreads)


def _picture(drawn: list[Maps]) -> Picture:
    """Draw a row of panels for each image."""
    heights = [shown.error.shape[0] / shown.error.shape[1] for shown in drawn]
    picture = Picture(figsize=(FigureStyle.PAGE, 0.4 + sum(1.62 * height + 0.12 for height in heights)))
    panels = picture.subplots(len(drawn), len(TITLES), squeeze=False, height_ratios=heights)
    for line, shown in zip(panels, drawn, strict=True):
        border = shown.sample.protocol.crop_border(shown.sample.scale)
        assert shown.sample.hr is not None  # noqa: S101 - `maps` has compared with it
        show_image(line[0], shave(shown.sample.hr, border))
        show_image(line[1], shave(shown.sample.sr, border))
        top = _top(shown)
        show_map(line[2], shown.error * GREY, top)
        colour_bar(picture, show_map(line[3], shown.sigma * GREY, top), line[3], "grey levels")
        line[0].set_ylabel(shown.sample.name)
    for panel, title in zip(panels[0], TITLES, strict=True):
        panel.set_title(title)
    return picture


def _top(shown: Maps) -> float:
    """Return the grey level at which the colour scale of both maps ends."""
    return GREY * float(max(np.percentile(pixels, SHOWN) for pixels in (shown.error, shown.sigma)))


def _number_table(lines: Sequence[tuple[object, ...]]) -> Numbers:
    """Return the most telling of the figure's numbers (`HEADER`) as a table for readers."""
    header = (
        "image",
        "sigma of",
        "PLL",
        "PSNR of sigma [dB]",
        "correlation",
        "mean error",
        "mean sigma",
    )
    columns = [1, 2, 3, 4, 5, 6, 10]
    return Numbers(
        header,
        [tuple(line[index] for index in columns) for line in lines],
        "Predicted and constant sigma against the error:",
    )


def _sentences(context: FigureContext, drawn: list[Maps]) -> list[str]:
    """Return the remarks on the maps: their channels and colour scales."""
    tops = ", ".join(f"{shown.sample.name} {_top(shown):.3g}" for shown in drawn)
    channel = "RGB, mean of the channels" if context.protocol.colour == "rgb" else "luma"
    scales = (
        f"Maps are of {channel}, dark where large; both of an image have one scale, from 0 to the larger of their "
        f"{SHOWN:g} % percentiles in grey levels: {tops}."
    )
    return [scales, "Seed 0; PLL and PSNR are of the one image."]
