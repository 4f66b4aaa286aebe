"""Recipe of SRCNN 9-5-5 (Dong et al., TPAMI 2016, Sec. 3.3 and 4)."""

from __future__ import annotations

from srbench import Budget, Phase, Recipe, Sgd, Term, profile_cuts

PAPER = "Dong et al., TPAMI 2016"
SGD = Sgd(momentum=0.9, rate_factors={"*reconstruction.*": 0.1})
"""The last layer learns at a tenth of the others' rate, 1e-5."""
LOSS = Term("luma", 1.0, {"distance": "l2", "reduction": "sum", "border": 8})
"""Squared error summed over a patch, where the convolutions of 9, 5 and 5 see no border."""
BACKPROPS, BATCH = 800_000_000, 128
SUB_IMAGE = 33
"""Side in HR pixels: LR is made of the patch itself."""

RECIPES = (
    Recipe(
        "srcnn",
        "srcnn",
        (Phase("mse", (LOSS,), Budget(BACKPROPS // BATCH, BATCH, SUB_IMAGE, 1e-4), optimizer=SGD),),
        ("DIV2K-train",),
        profile_cuts(
            short={"mse": Budget(100_000, BATCH, SUB_IMAGE, 1e-3)},
        ),
        scales=(2.0, 3.0, 4.0),
        paper_data="ImageNet",
        online=True,
        augment=False,
        paper=PAPER,
        summary="9-5-5, MSE on the luma; on DIV2K for ImageNet",
    ),
)
