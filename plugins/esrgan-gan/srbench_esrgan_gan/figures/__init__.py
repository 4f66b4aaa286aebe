"""Figures 6 and 7 of the report, and a figure of network interpolation.

The drawing code is in modules of this package that are imported only when a figure is drawn.
"""

from __future__ import annotations

from srbench import Figure, MethodSpec, Row, columns
from srbench_esrgan_gan.protocol import ESRGAN_GAN

DRAWN = "srbench_esrgan_gan.figures"
SCALE = 4.0
CNN, GAN, REMEDY = "esrgan-cnn-2-reduced", "esrgan-gan-reduced", "esrgan-gan-remedy-reduced"
REDUCED_NOTE = "Reduced: two RRDBs of 16 features, trained by srbench for what its profile allows."
ON_SET14 = columns(("psnr", "lpips"), "Set14", SCALE)

ALPHAS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
"""Interpolation weights shown: the PSNR-oriented network (0), four networks in between, the GAN (1)."""


def between(gan: MethodSpec) -> tuple[MethodSpec, ...]:
    """Return the interpolated methods between `gan` and the network from which it was trained, both ends excluded."""
    return tuple(gan.at_alpha(alpha) for alpha in ALPHAS if 0 < alpha < 1)


def _at(alpha: float) -> Row:
    """Return the row for `alpha`.

    The ends 0 and 1 keep their own method names, so that they share their training and records with the tables.
    """
    name = {0.0: CNN, 1.0: REMEDY}.get(alpha, f"{REMEDY}@{alpha:g}")
    return Row(f"alpha {alpha:g}", method=name)


FIGURE_6 = Figure(
    "6",
    "Visual comparison at x4",
    draw=f"{DRAWN}.comparison:draw",
    redraw="srbench:redraw_crops",
    rows=(
        Row("GAN", method=GAN),
        Row("GAN, against collapse", method=REMEDY),
        Row("CNN (L1)", method=CNN),
        Row("CNN (L2)", method="esrgan-cnn-2-l2-reduced"),
        Row("Bilinear", method="bilinear", grey="keep"),
        Row("Nearest", method="nearest", grey="keep"),
    ),
    columns=ON_SET14,
    protocol=ESRGAN_GAN.name,
    notes=(
        "The report's text names neither images nor rectangles: both are our choice, from Set14.",
        "The report has one GAN; the second is trained with srbench's recipe against collapse.",
        REDUCED_NOTE,
    ),
)
FIGURE_7 = Figure(
    "7",
    "Perceptual and adversarial loss during GAN training, and the discriminator's accuracy",
    draw=f"{DRAWN}.gan_curve:draw",
    redraw=f"{DRAWN}.gan_curve:redraw",
    rows=(
        Row("in turns (the report's)", method=GAN),
        Row("both at once", method="esrgan-gan-simultaneous-reduced"),
        Row("against collapse", method=REMEDY),
    ),
    columns=ON_SET14,
    protocol=ESRGAN_GAN.name,
    notes=(
        "The report shows the two losses of one training; accuracy and the other trainings are added here.",
        "Losses are drawn without their weights, means since the report before. Gaps are turns of the other side.",
        REDUCED_NOTE,
    ),
)
INTERPOLATION = Figure(
    "interpolation",
    "Network interpolation: PSNR and LPIPS between the CNN and the GAN, Set14 x4",
    draw=f"{DRAWN}.tradeoff:draw",
    redraw=f"{DRAWN}.tradeoff:redraw",
    rows=tuple(map(_at, ALPHAS)),
    columns=ON_SET14,
    protocol=ESRGAN_GAN.name,
    notes=(
        "Not in the report: ESRGAN's network interpolation (Wang et al. 2018, Sec. 3.4).",
        "At alpha 0 it is the network trained with L1, at 1 the GAN trained from it against collapse.",
        REDUCED_NOTE,
    ),
)
SKETCHES = tuple(
    Figure(number, title, sketch=shows)
    for number, title, shows in (
        ("1", "Dense Residual Block (DRB)", "structure of a block"),
        ("2", "Residual-In-Residual Dense Block (RRDB)", "structure of a block"),
        ("3", "CNN model", "structure of the network"),
        ("4", "Discriminator", "structure of the network"),
        ("5", "Images of the NTIRE 2017 challenge", "images of the dataset"),
    )
)

FIGURES = (*SKETCHES, FIGURE_6, FIGURE_7, INTERPOLATION)
