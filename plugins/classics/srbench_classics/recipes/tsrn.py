"""Recipe of TSRN-G (Gondal et al., ECCVW 2018); its constants are those of the authors' code."""

from __future__ import annotations

from srbench import ONE_CYCLE, Budget, Phase, Recipe, Term, profile_cuts

PAPER = "Gondal et al., ECCVW 2018"
LAYERS = dict.fromkeys(("relu2_2", "relu3_4", "relu4_4", "relu5_4"), 1.0)
TEXTURE = Term("texture", 1.0, {"layers": LAYERS, "divide_by": "elements", "normalise": False})
"""Gram matrices of whole maps, of VGG19 on RGB as it is."""
BATCH, PATCH = 32, 64
"""Side of an LR patch: 256 HR pixels at x4."""
EPOCH = 2587
"""Steps: the 82,783 images of MSCOCO's train2014 in batches of 32, the last batch smaller."""

RECIPES = (
    Recipe(
        "tsrn-g",
        "tsrn",
        (
            Phase("mse", (Term("l2"),), Budget(9 * EPOCH, BATCH, PATCH, 5e-4)),
            Phase("texture", (TEXTURE,), Budget(101 * EPOCH, BATCH, PATCH, 5e-4)),
        ),
        ("DIV2K-train",),
        profile_cuts(
            short={
                "mse": Budget(10_000, 16, 32, 5e-4, ONE_CYCLE),
                "texture": Budget(5000, 16, 32, 5e-4, ONE_CYCLE),
            },
        ),
        scales=(4.0,),
        paper_data="MSCOCO",
        paper=PAPER,
        summary="MSE, then texture loss alone; on DIV2K for MSCOCO",
    ),
)
