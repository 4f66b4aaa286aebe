"""Figures 6 to 8 of the paper, as specs.

The drawing code is in modules of this package that are imported only when a figure is drawn.
"""

from __future__ import annotations

from srbench import Figure, Row, columns
from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.methods import initialised
from srbench_pcarn.recipes import GROUPS

JOINT, JOINT_M = "PCARN (x2, x3, x4)", "PCARN-M (x2, x3, x4)"
"""Labels of the two networks with all upsamplers, whose costs are only compared with the paper's text."""

COST_ONLY = "its cost alone is of interest here"


FIGURE_6 = Figure(
    "6",
    "Activations before ReLU under six initialisations",
    draw="srbench_pcarn.figures.activations:draw",
    redraw="srbench_pcarn.figures.activations:redraw",
    rows=tuple(Row(scheme, method=initialised(scheme), model="pcarn") for scheme in SCHEMES),
    protocol="pcarn",
    notes=(
        "The paper's text names neither its columns' schemes, nor the image, nor whether the network is trained.",
        "Here: all six schemes of Table 3, one image, the network as initialised, and trained where that is at hand.",
        "As in the paper, values are clipped to [-0.5, 0.5], and each histogram is normalised: its shares sum to 1.",
        "First layer: the first convolution. Middle and final block: the 1x1 convolutions that end cascading blocks.",
        "PCARN has no ReLU directly behind any of them (Sec. 3.1).",
    ),
)
FIGURE_7 = Figure(
    "7",
    "Weights of randomly initialised networks",
    draw="srbench_pcarn.figures.weights:draw",
    redraw="srbench_pcarn.figures.weights:redraw",
    rows=tuple(Row(scheme, model="pcarn") for scheme in SCHEMES),
    protocol="pcarn",
    notes=(
        "As in the paper, 100,000 parameters of each network in 1000 bins. Only weights of convolutions: biases are 0.",
        "The paper doesn't say which ResNet it compares with; here: convolutions of ResNet-18, from N(0, sqrt(2/F)).",
        "F is the fan-in, input channels times the kernel's area, as in Table 3.",
    ),
)
FIGURE_8 = Figure(
    "8",
    "Efficiency of PCARN with group convolution (G) and shared blocks (R), Set14 x4",
    draw="srbench_pcarn.figures.tradeoff:draw",
    redraw="srbench_pcarn.figures.tradeoff:redraw",
    rows=(
        Row("PCARN", method="pcarn-single"),
        *(
            Row(f"G{groups}{shared}", method=f"pcarn-g{groups}{shared.lower()}")
            for groups in GROUPS
            for shared in ("", "R")
        ),
        Row(JOINT, model="pcarn", reason=COST_ONLY),
        Row(JOINT_M, model="pcarn-m", reason=COST_ONLY),
    ),
    columns=(*columns(("params", "macs"), scales=4.0), *columns(("psnr", "ssim"), "Set14", 4.0)),
    protocol="pcarn",
    notes=(
        "G: groups of the 3x3 convolutions. R: the residual blocks of a cascading block share their weights.",
        "All networks drawn have the x4 upsampler alone. G4R is PCARN-M.",
        "Mult-adds are for an HR image of 1280x720, convolutions only; params have biases.",
    ),
)

FIGURES = (FIGURE_6, FIGURE_7, FIGURE_8)
