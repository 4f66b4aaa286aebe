"""Figure 6: activations at three depths of PCARN, for each initialisation of Table 3 (paper, Sec. 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from matplotlib.figure import Figure as Picture

from srbench import Drawing, FigureStyle, Numbers, Row, Unavailable, to_tensor
from srbench_pcarn.figures.untrained import SEED, TITLES, untrained

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from torch import nn

    from srbench import FigureContext, Pair, RecordedFigure

CLIP = 0.5
BINS = 101
"""Number of bins; odd, so that activations of zero have their own bin in the middle."""
SCALE = 4.0
DATASET, STAND_IN = "Set14", "demo"
"""Dataset whose first image is used, and the dataset used where it is not at hand."""
DEPTHS = {"first layer": "entry", "middle block": "cascade.units.1", "final block": "cascade.units.2"}
"""Modules of PCARN whose outputs are shown, by the title of the paper's panels (a), (b), (c)."""
HEADER = ("scheme", "weights", "depth", "low", "high", "share")
SUMMARY = ("scheme", "weights", "depth", "std", "clipped %")
REDUCED = "trained, reduced network"
COLOURS = {"untrained": FigureStyle.SKY, "trained": FigureStyle.VERMILLION, REDUCED: FigureStyle.VERMILLION}
MARKS = {"untrained": FigureStyle.BLUE, "trained": FigureStyle.VERMILLION}
"""Colours of the marks of what was clipped."""
FLOOR = 1e-5
"""Lowest share shown: a bin with a few of the values."""
CLIPPED = 0.001
"""Share of clipped values from which an edge is marked."""


def draw(context: FigureContext) -> Drawing:
    """Draw histograms for one LR image, schemes across and depths down, of untrained and available trained networks."""
    pair, image = _image(context)
    lr = to_tensor(pair.lr, "cpu")
    edges = np.linspace(-CLIP, CLIP, BINS + 1)
    rows = context.figure.rows
    lines: list[tuple[object, ...]] = []
    summary: list[tuple[object, ...]] = []
    absent: dict[str, list[str]] = {}
    for row in rows:
        networks = {"untrained": untrained(row.label)} | _trained(context, row, absent)
        for state, network in networks.items():
            for depth, values in activations(network, lr).items():
                shares = histogram(values, edges)
                clipped = 100 * float((np.abs(values) > CLIP).mean())
                low_high_share = zip(edges[:-1].tolist(), edges[1:].tolist(), shares.tolist(), strict=True)
                lines += [(row.label, state, depth, *bin_share) for bin_share in low_high_share]
                summary.append((row.label, state, depth, float(values.std()), clipped))
    remarks = [f"As initialised only, {', '.join(labels)}: {reason}." for reason, labels in absent.items()]
    table = Numbers(SUMMARY, summary, f"Activations, and how many lie beyond ±{CLIP:g}:")
    return Drawing(_picture(lines), Numbers(HEADER, lines), (table,), (image, f"Seed {SEED}.", *remarks))


def redraw(_context: FigureContext, recorded: RecordedFigure) -> Picture:
    """Draw the picture again from its recorded numbers."""
    return _picture(
        [(*(line[name] for name in HEADER[:3]), *(float(line[name]) for name in HEADER[3:])) for line in recorded.lines]
    )


def _picture(lines: Sequence[tuple[Any, ...]]) -> Picture:
    """Draw a panel for each scheme (across) and depth (down), all with the same logarithmic axis."""
    shares: dict[tuple[str, str], dict[str, list[float]]] = {}
    for scheme, state, depth, _, _, share in lines:
        shares.setdefault((scheme, depth), {}).setdefault(state, []).append(share)
    schemes = list(dict.fromkeys(scheme for scheme, _ in shares))
    edges = np.linspace(-CLIP, CLIP, BINS + 1)
    picture = Picture(figsize=(FigureStyle.PAGE, 4.6))
    panels = picture.subplots(len(DEPTHS), len(schemes), sharex=True, sharey=True, squeeze=False)
    for row, depth in enumerate(DEPTHS):
        for column, scheme in enumerate(schemes):
            for state, values in shares[scheme, depth].items():
                _panel(panels[row][column], edges, np.array(values), state)
    for column, scheme in enumerate(schemes):
        panels[0][column].set_title(TITLES[scheme], fontsize=FigureStyle.SMALL)
    _label(picture, panels)
    return picture


def _trained(context: FigureContext, row: Row, absent: dict[str, list[str]]) -> dict[str, nn.Module]:
    """Return the row's trained network under its state: the full network, or else the reduced one.

    If neither is at hand, the result is empty, and the row's label is added to `absent` under the reason.
    """
    for method, state in ((row.method, "trained"), (f"{row.method}-reduced", REDUCED)):
        try:
            return {state: context.upscaler(context.method(method, SCALE), SCALE).model}
        except Unavailable as reason:
            why = str(reason)
    absent.setdefault(why, []).append(row.label)
    return {}


def activations(network: nn.Module, lr: torch.Tensor) -> dict[str, NDArray[np.float32]]:
    """Return all activations at each depth, one-dimensional, for `lr` (1, 3, h, w) in [0, 1].

    `network` is a `srbench_pcarn.model.PCARN` with any settings; its upsampler is not run.
    """
    outputs: dict[str, NDArray[np.float32]] = {}
    handles = []
    for depth, name in DEPTHS.items():

        def keep(_module: object, _inputs: object, output: torch.Tensor, depth: str = depth) -> None:
            outputs[depth] = output.flatten().float().cpu().numpy()

        handles.append(network.get_submodule(name).register_forward_hook(keep))
    try:
        with torch.inference_mode():
            centred = network.get_submodule("subtract_mean")(lr.to(next(network.parameters()).device))
            network.get_submodule("cascade")(network.get_submodule("entry")(centred))
    finally:
        for handle in handles:
            handle.remove()
    return {depth: outputs[depth] for depth in DEPTHS}


def histogram(values: NDArray[np.float32], edges: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of `values` in each bin; values outside of `edges` count into the outermost bins."""
    counts, _ = np.histogram(np.clip(values, edges[0], edges[-1]), edges)
    return counts / values.size


def _image(context: FigureContext) -> tuple[Pair, str]:
    """Return the first image of Set14, or else of the demo photographs, and a sentence that names it."""
    try:
        pair = next(context.pairs(DATASET, SCALE))
        why = "" if not context.demo else "; demo profile"
    except Unavailable as reason:
        pair = next(context.pairs(STAND_IN, SCALE))
        why = f" instead of {DATASET} ({reason})"
    height, width = pair.lr.shape[:2]
    return pair, f"Image: {context.images[-1]}, LR of x{SCALE:g}, {width}x{height}{why}."


def _panel(panel: Axes, edges: NDArray[np.float64], shares: NDArray[np.float64], state: str) -> None:
    """Draw a histogram; the outermost bins, which hold all that was clipped, are marked at the edges."""
    name = "untrained" if state == "untrained" else "trained"
    colour = COLOURS[state]
    floored = np.maximum(shares, FLOOR)
    if name == "untrained":
        panel.stairs(floored, edges, baseline=FLOOR, fill=True, color=colour, alpha=0.55, label=state)
    else:
        panel.stairs(floored, edges, baseline=FLOOR, color=colour, linewidth=0.9, label=state)
    marker = "v" if name == "untrained" else "^"
    for place, share in ((-CLIP, shares[0]), (CLIP, shares[-1])):
        if share > CLIPPED:
            panel.plot([place], [share], marker=marker, markersize=3.5, color=MARKS[name], clip_on=False, linestyle="")


def _label(picture: Picture, panels: NDArray[np.object_]) -> None:
    for letter, (line, depth) in zip("abc", zip(panels, DEPTHS, strict=True), strict=True):
        line[0].set_ylabel(f"({letter}) {depth}\nshare of the values")
        for panel in line:
            panel.set_xlim(-1.15 * CLIP, 1.15 * CLIP)  # room for the marks of clipped values
            panel.set_ylim(FLOOR, 1.5)
            panel.set_yscale("log")
            panel.set_xticks([-CLIP, 0, CLIP], [f"{-CLIP:g}", "0", f"{CLIP:g}"])
    picture.supxlabel("activation; a triangle at an edge: the share that was clipped to it", fontsize=8)
    handles = {
        label: handle
        for panel in panels.flatten().tolist()
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    picture.legend(handles.values(), handles.keys(), loc="outside upper center", ncols=len(handles))
