"""Figures 3 to 6: parts of images side by side.

The drawing code is in a module that is imported only when a figure is drawn.
"""

from __future__ import annotations

from srbench import Figure, Row
from srbench_gpnas_ensemble.methods import BAIDU, THREE
from srbench_gpnas_ensemble.models import REAL, REDUCED
from srbench_gpnas_ensemble.shipped import END
from srbench_gpnas_ensemble.tables import BICUBIC, PROTOCOL, SINGLES, reduced, row

DRAWN = "srbench_gpnas_ensemble.figures.parts"
COMPARED = (*SINGLES, THREE)
IMAGES_NOTE = "The paper shows images of AIM 2020, which are not public; the images are our choice."
PARTS_NOTE = (
    "Of each image the part of 80x64 pixels is shown in which the SR images of the networks differ most: by the mean "
    "of the pixels' standard deviations, of all parts at distances of 8 pixels."
)
BUNDLED_NOTE = (
    "Reduced networks of 0.1M to 0.2M parameters, with the weights that srbench trained on a cut budget and ships."
)
OURS_NOTE = "The paper shows images of AIM 2020, which are not public; images and parts are our choice."
REDUCED_NOTE = "Reduced networks of 0.1M to 0.2M parameters, trained by srbench for what its profile allows."


def at_scale(number: str, scale: float) -> Figure:
    """Return one of Figures 3 to 5: bicubic, the three networks and their mean at `scale`."""
    return Figure(
        number,
        f"Single models and their ensemble at x{scale:g}",
        draw=f"{DRAWN}:at_x{scale:g}",
        redraw="srbench:redraw_crops",
        rows=(BICUBIC, *map(row, COMPARED), *(reduced(networks, END) for networks in COMPARED)),
        protocol=PROTOCOL,
        notes=(
            "Nothing is trained for it: the paper's networks are those of Table 1.",
            IMAGES_NOTE,
            PARTS_NOTE,
            BUNDLED_NOTE,
        ),
    )


FIGURE_6 = Figure(
    "6",
    "Real photographs at x4, LR of HR's size: bicubic and the 3-Model Ensemble",
    draw=f"{DRAWN}:real",
    redraw="srbench:redraw_crops",
    rows=(
        BICUBIC,
        Row("3-Model Ensemble", method=BAIDU + REAL),
        Row("3-Model Ensemble, reduced", method=BAIDU + REDUCED + REAL, reduced="3-Model Ensemble"),
    ),
    protocol=PROTOCOL,
    notes=(
        "Mean of three networks with self-ensemble, in windows of 120 pixels at every 60. Bicubic is LR as it is.",
        "Nothing is trained for it: the networks are those of Table 1-real.",
        OURS_NOTE,
        REDUCED_NOTE,
    ),
)
SKETCHES = (
    Figure("1", "Deep dense residual network", sketch="structure of the network"),
    Figure("2", "Framework of GP-NAS", sketch="steps of the search"),
)
FIGURES = (*SKETCHES, *(at_scale(number, scale) for number, scale in (("3", 2.0), ("4", 3.0), ("5", 4.0))), FIGURE_6)
