"""Figure 6: activations at three depths of PCARN, for each initialisation of Table 3 (paper, Sec. 4.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch
from matplotlib.figure import Figure as Picture

from srbench import Drawing, Numbers, Row, Unavailable, to_tensor
from srbench_pcarn.figures.untrained import SEED, TITLES, untrained

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray
    from torch import nn

    from srbench import FigureContext, Pair

CLIP = 0.5
BINS = 101
"""Number of bins; odd, so that activations of zero have their own bin in the middle."""
SCALE = 4.0
DATASET, STAND_IN = "Set14", "demo"
DEPTHS = {"first layer": "entry", "middle block": "cascade.units.1", "final block": "cascade.units.2"}
"""Modules of PCARN whose outputs are shown, by the title of the paper's panels (a), (b), (c)."""
HEADER = ("scheme", "weights", "depth", "low", "high", "share")
SUMMARY = ("scheme", "weights", "depth", "std", "clipped %")
REDUCED = "trained, reduced network"
COLOURS = {"untrained": "#4878a8", "trained": "#d1813a", REDUCED: "#d1813a"}


def draw(context: FigureContext) -> Drawing:
    """Draw histograms for one LR image, schemes across and depths down, of untrained and available trained networks."""
    pair, image = _image(context)
    lr = to_tensor(pair.lr, "cpu")
    edges = np.linspace(-CLIP, CLIP, BINS + 1)
    rows = context.figure.rows
    picture = Picture(figsize=(2.1 * len(rows), 5.6))
    panels = picture.subplots(len(DEPTHS), len(rows), sharex=True, squeeze=False)
    lines: list[tuple[object, ...]] = []
    summary: list[tuple[object, ...]] = []
    absent: dict[str, list[str]] = {}
    for column, row in enumerate(rows):
        networks = {"untrained": untrained(row.label)} | _trained(context, row, absent)
        for state, network in networks.items():
            for panel, (depth, values) in zip(panels[:, column], activations(network, lr).items(), strict=True):
                shares = histogram(values, edges)
                clipped = 100 * float((np.abs(values) > CLIP).mean())
                _panel(panel, edges, shares, state, values.std(), clipped)
                low_high_share = zip(edges[:-1].tolist(), edges[1:].tolist(), shares.tolist(), strict=True)
                lines += [(row.label, state, depth, *bin_share) for bin_share in low_high_share]
                summary.append((row.label, state, depth, float(values.std()), clipped))
        panels[0][column].set_title(TITLES[row.label])
    _label(picture, panels)
    states = {
        label: handle for panel in panels[0] for handle, label in zip(*panel.get_legend_handles_labels(), strict=True)
    }
    if len(states) > 1:
        picture.legend(states.values(), states.keys(), loc="outside upper center", ncols=2)
    remarks = [f"As initialised only, {', '.join(labels)}: {reason}." for reason, labels in absent.items()]
    table = Numbers(SUMMARY, summary, f"Activations, and how many lie beyond ±{CLIP:g}:")
    return Drawing(picture, Numbers(HEADER, lines), (table,), (image, f"Seed {SEED}.", *remarks))


def _trained(context: FigureContext, row: Row, absent: dict[str, list[str]]) -> dict[str, nn.Module]:
    """Return the row's trained network, or else the reduced one, by state.

    If neither is available, the result is empty, and the row's label is added to `absent` under the reason.
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


def _panel(
    panel: Axes, edges: NDArray[np.float64], shares: NDArray[np.float64], state: str, std: float, clipped: float
) -> None:
    panel.stairs(shares, edges, fill=state == "untrained", color=COLOURS[state], label=state)
    number = len(panel.texts)
    panel.text(
        0.07,
        0.97 - 0.2 * number,
        f"σ {std:.2g}\nclipped {clipped:.0f}%",
        transform=panel.transAxes,
        va="top",
        fontsize=7,
        color="black" if state == "untrained" else COLOURS[state],
    )


def _label(picture: Picture, panels: NDArray[np.object_]) -> None:
    for letter, (line, depth) in zip("abc", zip(panels, DEPTHS, strict=True), strict=True):
        line[0].set_ylabel(f"({letter}) {depth}")
        for panel in line:
            panel.set_xlim(-1.08 * CLIP, 1.08 * CLIP)  # room for the bars of clipped values
            panel.set_ylim(bottom=0)
            panel.tick_params(labelsize=7)
    picture.supxlabel("activation, clipped", fontsize=9)
    picture.supylabel("share of the values", fontsize=9)
