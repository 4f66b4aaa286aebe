"""Recipe of ENet-PAT (Sajjadi et al., ICCV 2017): MSE, then perceptual, adversarial and texture losses."""

from __future__ import annotations

from srbench import ONE_CYCLE, Adversary, Budget, Phase, Recipe, Schedule, Term, profile_cuts

PAPER = "Sajjadi et al., ICCV 2017"
PERCEPTUAL = Term("vgg", 1.0, {"layers": {"pool2": 0.2, "pool5": 0.02}, "weights": "caffe-normalised"})
TEXTURE = Term(
    "texture",
    1.0,
    {
        "layers": {"relu1_1": 3e-7, "relu2_1": 1e-6, "relu3_1": 1e-6},
        "patch": 16,
        "divide_by": "none",
        "weights": "caffe-normalised",
    },
)
ADVERSARY = Adversary(
    "vgg-discriminator",
    "srbench:VggDiscriminator",
    {"stages": (32, 64, 128, 256, 512), "pool": 4, "batch_norm": False},
    weight=2.0,
)
BATCH, PATCH, STEPS = 32, 32, 60_000
"""Side of an LR patch: 128 HR pixels at x4. The numbers of patches and steps are choices."""
COSINE = Schedule("cosine")

RECIPES = (
    Recipe(
        "enet",
        "enet",
        (
            Phase("mse", (Term("l2"),), Budget(STEPS, BATCH, PATCH, 1e-4)),
            Phase("pat", (PERCEPTUAL, TEXTURE), Budget(STEPS, BATCH, PATCH, 1e-4), ADVERSARY),
        ),
        ("DIV2K-train",),
        profile_cuts(
            short={"mse": Budget(20_000, 16, PATCH, 4e-4, ONE_CYCLE), "pat": Budget(3000, 16, PATCH, 1e-4, COSINE)},
        ),
        scales=(4.0,),
        paper_data="MSCOCO",
        paper=PAPER,
        summary="ENet-E by MSE, then ENet-PAT; on DIV2K for MSCOCO",
    ),
)
