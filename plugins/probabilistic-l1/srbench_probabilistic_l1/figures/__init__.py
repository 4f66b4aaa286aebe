"""Figures 2 and 4 to 7 of the paper, as specs.

The drawing code is in modules of this package that are imported only when a figure is drawn.
"""

from __future__ import annotations

from srbench import Column, Figure, Row, columns
from srbench_probabilistic_l1 import objectives
from srbench_probabilistic_l1.models import REDUCED
from srbench_probabilistic_l1.recipes import recipe_name
from srbench_probabilistic_l1.shipped import METHOD as BUNDLED
from srbench_probabilistic_l1.tables import SCALES

DRAWN = "srbench_probabilistic_l1.figures"
EQ_6, OURS = "Eq. 6", "Eq. 8 and 10"
SMALL, SMALL_OURS = "EDSR-baseline, reduced", "EDSR-baseline+Ours, reduced"
MEASURED = (
    Row("VDSR", method="vdsr-authors", model="vdsr-rgb"),
    Row("CARN-M", method="carn-m"),
    Row("IMDN", method="imdn"),
    Row(SMALL, method=recipe_name(REDUCED, objectives.ABLATION[0])),
    Row(SMALL_OURS, method=recipe_name(REDUCED, objectives.OURS)),
)
"""Rows that can be measured without checkpoints of the paper's authors, in the order of Table 3."""
RULES_NOTE = "All are measured under the figure's protocol; Table 3 has VDSR by the rule of its printed numbers."
REDUCED_NOTE = "Reduced: EDSR-baseline with 8 blocks of 32 features, trained by srbench for what its profile allows."

FIGURE_2 = Figure(
    "2",
    "Sigma during training",
    draw=f"{DRAWN}.degradation:draw",
    redraw=f"{DRAWN}.degradation:redraw",
    rows=(
        Row(EQ_6, method=recipe_name(REDUCED, objectives.NAIVE)),
        Row(OURS, method=recipe_name(REDUCED, objectives.OURS)),
    ),
    columns=columns("psnr", "Set14", 2.0),
    notes=(
        "The paper shows Eq. 6 alone, and its text names no network.",
        REDUCED_NOTE,
    ),
)
FIGURE_4 = Figure(
    "4",
    "PSNR on Set5 x3 against mult-adds",
    draw=f"{DRAWN}.tradeoff:draw",
    redraw=f"{DRAWN}.tradeoff:redraw",
    rows=MEASURED,
    columns=(*columns(("params", "macs"), scales=3.0), Column("psnr", "Set5", 3.0)),
    notes=(
        "The area of a marker is the number of parameters; mult-adds are for an SR image of 1280x720.",
        "Printed numbers are those of Table 3. The paper's figure has networks of other papers too, without numbers.",
        "VDSR is measured with its authors' weights, on luma; its costs are those of the network on RGB.",
        RULES_NOTE,
        REDUCED_NOTE,
    ),
)
FIGURE_5 = Figure(
    "5",
    "Visual comparison at x2, x3 and x4",
    draw=f"{DRAWN}.comparison:draw",
    redraw="srbench:redraw_crops",
    rows=(Row("Bicubic", method="bicubic", grey="keep"), *MEASURED),
    columns=columns("psnr", "Set14", SCALES),
    notes=(
        "The paper's text names one of its images, barbara, and no rectangles: images and rectangles are our choice.",
        "VDSR runs on luma.",
        RULES_NOTE,
        REDUCED_NOTE,
    ),
)
FIGURE_6 = Figure(
    "6",
    "Visual comparison on real photographs",
    draw=f"{DRAWN}.comparison:draw_real",
    redraw="srbench:redraw_crops",
    rows=(
        Row("Bicubic", method="bicubic", grey="keep"),
        Row("SRResNet", method="realsr-srresnet+l1"),
        Row("SRResNet+Ours", method="realsr-srresnet+ours"),
        Row("RCAN", method="realsr-rcan+l1"),
        Row("RCAN+Ours", method="realsr-rcan+ours"),
    ),
    columns=columns("psnr", "RealSR", (3.0, 4.0)),
    notes=(
        "The paper's text names neither images nor rectangles: of RealSR here the middle of the first pair.",
        "LR and HR images are of one size, so that bicubic is LR as it is.",
        "RealSR-sample has pairs of the NTIRE 2019 challenge, for which no scale is named.",
    ),
)
FIGURE_7 = Figure(
    "7",
    "Predicted sigma beside the error, x3",
    draw=f"{DRAWN}.uncertainty:draw",
    rows=(
        Row(SMALL_OURS, method=recipe_name(REDUCED, objectives.OURS)),
        Row(f"{SMALL_OURS}, bundled", method=BUNDLED.name),
        Row(SMALL, method=recipe_name(REDUCED, objectives.ABLATION[0])),
    ),
    columns=columns(("pll", "psnr_sigma"), "Set14", 3.0),
    notes=(
        "Maps are of the first network that predicts sigma; bundled: weights that srbench trained and ships.",
        "The paper's text names neither its images nor its colour scale: images are our choice.",
        "The network that was trained with l1 predicts no sigma: its is one constant, its mean error in training.",
        REDUCED_NOTE,
    ),
)
SKETCHES = (
    Figure("1", "Learning process", sketch="idea of the method"),
    Figure("3", "Learning scheme and sigma branch", sketch="structure of the network"),
)

FIGURES = (*SKETCHES, FIGURE_2, FIGURE_4, FIGURE_5, FIGURE_6, FIGURE_7)
