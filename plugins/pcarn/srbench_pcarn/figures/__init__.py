"""Figures of the paper, as specs: 5 to 13; 1 to 4 are sketches.

The drawing code is in modules of this package that are imported only when a figure is drawn.
"""

from __future__ import annotations

from dataclasses import replace

from srbench import Figure, Row, columns
from srbench_pcarn.initialisation import SCHEMES
from srbench_pcarn.methods import initialised
from srbench_pcarn.recipes import GROUPS
from srbench_pcarn.tables import METHODS

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
        "F is the fan-in: input channels times the kernel's area.",
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


OURS_NOTE = "The paper's text names neither image nor rectangle: both are our choice."
RULES_NOTE = "All methods get the LR images of the figure's protocol, whatever rule their own numbers were printed by."
OWN = (
    Row("PCARN (L1)", method="pcarn-l1"),
    Row("PCARN", method="pcarn"),
    Row("PCARN-M (L1)", method="pcarn-m-l1"),
    Row("PCARN-M", method="pcarn-m"),
)
"""PCARN and PCARN-M before and after adversarial training."""
BICUBIC = Row("Bicubic", method="bicubic")


def _crops(number: str, title: str, rows: tuple[Row, ...], *notes: str) -> Figure:
    """Return a figure of parts of images, which `comparison` draws."""
    return Figure(
        number,
        title,
        draw=f"srbench_pcarn.figures.comparison:figure_{number}",
        redraw="srbench:redraw_crops",
        rows=rows,
        protocol="pcarn",
        notes=notes,
    )


L1_NOTE = "PCARN-M (L1): weights that srbench trained on a cut budget and ships; PCARN-M: its authors'."
FIGURE_5 = _crops("5", "Without and with adversarial training, x4", (BICUBIC, *OWN), OURS_NOTE, L1_NOTE)
FIGURE_9 = _crops(
    "9",
    "Visual comparison at x4",
    (BICUBIC, *(replace(row, rule=None) for row in METHODS if not row.reference)),
    OURS_NOTE,
    RULES_NOTE,
)
FIGURE_10 = _crops(
    "10",
    "Visual comparison on a comic's text, Manga109 x4",
    (BICUBIC, *(replace(row, rule=None) for row in METHODS if not row.reference)),
    "The middle of the first image of Manga109, which is given out on request only.",
    RULES_NOTE,
)
FIGURE_11 = _crops(
    "11",
    "A failure case: a dense structure, Urban100 x4",
    (BICUBIC, *OWN),
    "Urban100/img073 is the image with the largest LPIPS of PCARN-M at x4 (Table 6); the rectangle is our choice.",
    L1_NOTE,
)
FIGURE_12 = Figure(
    "12",
    "Perception against distortion, Set14 x4",
    draw="srbench_pcarn.figures.perception:draw",
    redraw="srbench_pcarn.figures.perception:redraw",
    rows=METHODS,
    columns=(*columns("macs", scales=4.0), *columns(("psnr", "ssim", "pi", "niqe"), "Set14", 4.0)),
    protocol="pcarn",
    notes=(
        "The area of a marker is the number of mult-adds, for an HR image of 1280x720.",
        "Printed numbers are those of Tables 4 and 5; the paper's figure has networks of other papers without numbers.",
        "The panel of NIQE is added: PI is (10 - Ma + NIQE) / 2.",
    ),
)
FIGURE_13 = Figure(
    "13",
    "Time of an image against quality",
    draw="srbench_pcarn.figures.runtime:draw",
    redraw="srbench_pcarn.figures.runtime:redraw",
    rows=METHODS,
    columns=(*columns("runtime_ms", scales=4.0), *columns(("lpips", "nima"), "Set14", 4.0)),
    protocol="pcarn",
    notes=(
        "The paper shows a CPU and a TITAN X: here the device of the run (--device).",
        "Measure it on a machine that does nothing else; each network is run twice to warm up, then timed for 15 s.",
    ),
)
SKETCHES = tuple(
    Figure(number, title, sketch=shows)
    for number, title, shows in (
        ("1", "Network architecture", "structure of the network"),
        ("2", "Structures of local blocks", "structure of a block"),
        ("3", "Multi-scale discriminator", "structure of the network"),
        ("4", "Structures of efficient cascading blocks", "structure of a block"),
    )
)

FIGURES = (
    *SKETCHES,
    *(FIGURE_5, FIGURE_6, FIGURE_7, FIGURE_8, FIGURE_9, FIGURE_10, FIGURE_11, FIGURE_12, FIGURE_13),
)
