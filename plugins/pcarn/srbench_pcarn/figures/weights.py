"""Figure 7: the distribution of PCARN's initial weights under each scheme (paper, Sec. 4.2)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers
from srbench_pcarn.figures.untrained import SEED, TITLES, convolution_weights, untrained
from srbench_pcarn.initialisation import SCHEMES, Initialisation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench import FigureContext, RecordedFigure

SAMPLE = 100_000
"""Number of weights drawn from each network, as in the paper."""
BINS = 1000
"""Number of bins of a histogram, as in the paper."""
SPAN = 0.5
"""Half of the range of the histograms; weights outside are counted in the table."""
SHOWN = 0.25
"""Half of the range of the x axis; only a few tails extend beyond."""
FLOOR = 0.025
"""Lowest density shown; bins with one or two of the 100,000 weights are noise."""
RESNET = "ResNet-18"
HE = Initialisation("normal", 1.0, 2.0)
"""Initialisation of ResNet-18 (He et al. 2015), the fourth scheme of Table 3."""
HEADER = ("network", "low", "high", "density")
SUMMARY = ("network", "std", "std by formula", "largest", "outside %")
LINES = ((FigureStyle.BLUE, "--"), (FigureStyle.GREEN, "-."), (FigureStyle.VERMILLION, "-"))
"""Colour and dash of the three schemes of a panel."""
DRAWN_TOGETHER = 4
"""Number of bins that are drawn as one, by their mean; the CSV file has all."""


def draw(context: FigureContext) -> Drawing:
    """Draw the density of the weights of each scheme and of ResNet-18."""
    networks = {RESNET: resnet_18()}
    networks |= {row.label: convolution_weights(untrained(row.label)) for row in context.figure.rows}
    samples = {name: sample(weights) for name, weights in networks.items()}
    edges = np.linspace(-SPAN, SPAN, BINS + 1)
    densities = {name: density(values, edges) for name, values in samples.items()}
    bins = list(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True))
    lines = [
        (name, *bounds, value)
        for name, values in densities.items()
        for bounds, value in zip(bins, values.tolist(), strict=True)
    ]
    summary = [_summary(name, samples[name], networks[name]) for name in networks]
    table = Numbers(SUMMARY, summary, f"The {SAMPLE:,} weights of each network (outside: beyond ±{SPAN:g}):")
    return Drawing(_picture(lines), Numbers(HEADER, lines), (table,), (f"Seed {SEED}.",))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture([(line["network"], *(float(line[name]) for name in HEADER[1:])) for line in recorded.lines])


def _picture(lines: Sequence[tuple[Any, ...]]) -> Picture:
    """Draw densities on a logarithmic axis, with a panel for each gain and ResNet-18 in both for comparison."""
    by_network: dict[str, list[float]] = {}
    for name, _, _, value in lines:
        by_network.setdefault(name, []).append(value)
    edges, densities = _merged(np.linspace(-SPAN, SPAN, BINS + 1), by_network)
    picture = Picture(figsize=(FigureStyle.PAGE, 3.2))
    for panel, gain in zip(picture.subplots(1, 2, sharey=True), (1.0, 0.1), strict=True):
        _panel(panel, edges, densities, [name for name, scheme in SCHEMES.items() if scheme.gain == gain])
    picture.axes[0].set_ylabel("density")
    picture.axes[0].set_ylim(FLOOR, 30 * max(float(values.max()) for values in densities.values()))
    return picture


def _merged(
    edges: NDArray[np.float64], densities: Mapping[str, Sequence[float]]
) -> tuple[NDArray[np.float64], dict[str, NDArray[np.float64]]]:
    """Return the edges of groups of `DRAWN_TOGETHER` bins and their mean densities: single bins are noise."""
    means = {name: np.array(values).reshape(-1, DRAWN_TOGETHER).mean(axis=1) for name, values in densities.items()}
    return edges[::DRAWN_TOGETHER], means


def sample(weights: Sequence[Tensor]) -> NDArray[np.float64]:
    """Return `SAMPLE` values of all `weights`, drawn without replacement."""
    values = torch.cat([weight.flatten() for weight in weights]).double().numpy()
    chosen: NDArray[np.float64] = np.random.default_rng(SEED).choice(values, SAMPLE, replace=False)
    return chosen


def density(values: NDArray[np.float64], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of all `values` in each bin, divided by the bin's width."""
    counts, _ = np.histogram(values, edges)
    return counts / values.size / np.diff(edges)


def pooled_std(scheme: Initialisation, weights: Sequence[Tensor]) -> float:
    """Return the standard deviation over all `weights` by the formula of `scheme`: layer variances weighted by size."""
    shape = 1 / 3 if scheme.distribution == "uniform" else 1.0  # the variance of U(-1, 1) is 1/3
    variances = [weight.numel() * shape * scheme.spread(weight) ** 2 for weight in weights]
    return math.sqrt(sum(variances) / sum(weight.numel() for weight in weights))


def resnet_18() -> list[Tensor]:
    """Return the convolutions of ResNet-18 (He et al., CVPR 2016, Table 1), drawn from N(0, sqrt(2/F))."""
    shapes = [(64, 3, 7)]
    before = 64
    for width in (64, 128, 256, 512):
        shapes += [(width, before, 3), (width, width, 3), (width, width, 3), (width, width, 3)]
        shapes += [(width, before, 1)] if width != before else []  # the shortcut where the size changes
        before = width
    generator = torch.Generator().manual_seed(SEED)
    drawn = [torch.randn(width, channels, side, side, generator=generator) for width, channels, side in shapes]
    return [weight * HE.spread(weight) for weight in drawn]


def _panel(
    panel: Axes, edges: NDArray[np.float64], densities: dict[str, NDArray[np.float64]], schemes: Sequence[str]
) -> None:
    he = TITLES["Norm. 1.0*sqrt(2/F)"]
    panel.stairs(densities[RESNET], edges, baseline=None, color=FigureStyle.BLACK, label=f"{RESNET}, {he}")
    for scheme, (colour, dash) in zip(schemes, LINES, strict=True):
        label = f"PCARN, {TITLES[scheme]}"
        panel.stairs(densities[scheme], edges, baseline=None, color=colour, linestyle=dash, label=label)
    panel.set(xlim=(-SHOWN, SHOWN), yscale="log", xlabel="weight")
    panel.legend(loc="upper right")


def _summary(name: str, values: NDArray[np.float64], weights: Sequence[Tensor]) -> tuple[object, ...]:
    outside = 100 * float((np.abs(values) > SPAN).mean())
    formula = pooled_std(SCHEMES.get(name, HE), weights)
    return name, float(values.std()), formula, float(np.abs(values).max()), outside
