"""Figures 1 to 3 of the paper and a figure of its gradual states, as specs.

The drawing code is in modules of this package that are imported only when a figure is drawn.
"""

from __future__ import annotations

from srbench import Figure, Row, columns
from srbench_ode_ivp.protocol import ODE_IVP
from srbench_ode_ivp.recipes import SCALES
from srbench_ode_ivp.tables import OURS, PUBLISHED

DRAWN = "srbench_ode_ivp.figures"
BICUBIC, SMALL = "bicubic", f"{OURS}, reduced"
NETWORKS = (Row(OURS, method="vdsr-ivp"), Row(SMALL, method="vdsr-ivp-reduced"))
"""The paper's network and the reduced one that a CPU can train, in the order in which they are tried."""
BUNDLED = Row(f"{SMALL}, bundled", method="vdsr-ivp-reduced-bundled")
AT_HAND = (*NETWORKS, BUNDLED)
"""Networks whose states are drawn, in the order in which they are tried; the last needs no training."""
FINE = tuple(twentieths / 20 for twentieths in range(22, 91))
"""Fine grid of scales 1.1, 1.15, ..., 4.5; every second one up to 4.0 is in `SCALES`."""
PAPERS, EVERYWHERE = "B100", "Set14"
"""The paper's dataset, shown at the scales of Table 1, and a smaller one, shown at all scales of `FINE`."""
BUNDLED_NOTE = "Bundled: the reduced network's weights that srbench trained on a cut budget and ships."
REDUCED_NOTE = "Reduced: 10 layers of 16 features, trained by srbench for what its profile allows."

FIGURE_1 = Figure(
    "1",
    "Visual comparison at x2.5 and x4",
    draw=f"{DRAWN}.comparison:draw",
    redraw="srbench:redraw_crops",
    rows=(
        Row(BICUBIC, method="bicubic", grey="keep"),
        Row(OURS, method="vdsr-ivp"),
        BUNDLED,
        Row("Meta-RDN", method="meta-rdn"),
        Row("RDN (ours)", method="rdn-ivp"),
    ),
    protocol=ODE_IVP.name,
    notes=(
        "The paper compares RDN (ours) with Meta-RDN; its text names neither images nor rectangles, which we chose.",
        BUNDLED_NOTE,
        REDUCED_NOTE,
    ),
)
FIGURE_2 = Figure(
    "2",
    "PSNR against scale",
    draw=f"{DRAWN}.scales:draw",
    redraw=f"{DRAWN}.scales:redraw",
    rows=(Row(BICUBIC, method="bicubic", grey="keep"), *NETWORKS),
    columns=(
        *columns("psnr", PAPERS, SCALES),
        *columns("psnr", EVERYWHERE, FINE),
    ),
    published=PUBLISHED,
    protocol=ODE_IVP.name,
    notes=(
        f"The paper shows {PAPERS} at all 69 scales, half an hour of a CPU core even for the reduced network.",
        f"Here {PAPERS} is shown at the 30 scales of Table 1, whose cells these are, and {EVERYWHERE} at all 69.",
        "Dashed: the printed values of Table 1, the only ones there are.",
        "How far images are cut depends on the scale, and PSNR on that; the gain over bicubic hardly does.",
        REDUCED_NOTE,
    ),
)
FIGURE_3 = Figure(
    "3",
    "|f(I(t), t)| in an edge patch and in a flat one",
    draw=f"{DRAWN}.slope:draw",
    redraw=f"{DRAWN}.slope:redraw",
    rows=AT_HAND,
    columns=columns("psnr", "Set5", 4.0),
    protocol=ODE_IVP.name,
    notes=(
        "The paper's text names no image, but an eye and a cheek: image and rectangles are our choice.",
        "I(4) is the bicubic enlargement of LR x4; at each t, f is asked at the I(t) that it has itself led to.",
        BUNDLED_NOTE,
        REDUCED_NOTE,
    ),
)
FIGURE_STATES = Figure(
    "states",
    "Gradual states I(t)",
    draw=f"{DRAWN}.states:draw",
    redraw=f"{DRAWN}.states:redraw",
    rows=AT_HAND,
    columns=columns("psnr", "Set5", (2.0, 4.0)),
    protocol=ODE_IVP.name,
    notes=(
        "A strip of Sec. 4.2, whose pictures the paper's text doesn't have: images and rectangles are our choice.",
        "Below it the gradual methods of Sec. 4.2 whose weights are at hand; smaller states are enlarged by bicubic.",
        BUNDLED_NOTE,
        REDUCED_NOTE,
    ),
)

FIGURES = (FIGURE_1, FIGURE_2, FIGURE_3, FIGURE_STATES)
