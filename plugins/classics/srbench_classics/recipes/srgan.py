"""Recipes of SRResNet and SRGAN (Ledig et al., CVPR 2017, Sec. 2 and 3.2)."""

from __future__ import annotations

from srbench import ONE_CYCLE, Adversary, Budget, Phase, Recipe, Schedule, Term, profile_cuts

PAPER = "Ledig et al., CVPR 2017"
DATA = ("DIV2K-train",)
PATCH = 24
"""Side of an LR patch: 96 HR pixels at x4."""

MSE = Phase("mse", (Term("l2"),), Budget(1_000_000, 16, PATCH, 1e-4))
VGG54 = Term("vgg", 0.006, {"layers": "relu5_4", "distance": "l2", "stand_in": 1e-2})
"""Content loss of Eq. 5 with the paper's factor for its rescaled features.

`stand_in` scales the Caffe-normalised features, whose mean is 1, to those of torchvision's weights.
"""
ADVERSARY = Adversary("vgg-discriminator", "srbench:VggDiscriminator", weight=1e-3)
TENTH = Schedule("step", every=0.5, gamma=0.1)
"""100,000 steps at 1e-4, then 100,000 at 1e-5."""
GAN = Phase("gan", (VGG54,), Budget(200_000, 16, PATCH, 1e-4, TENTH), ADVERSARY)

SHORT = Budget(30_000, 16, PATCH, 4e-4, ONE_CYCLE)
SHORT_GAN = Budget(5000, 16, PATCH, 1e-4, TENTH)

RECIPES = (
    Recipe(
        "srresnet",
        "srresnet-bn",
        (MSE,),
        DATA,
        profile_cuts(short={"mse": SHORT}),
        scales=(4.0,),
        paper_data="ImageNet",
        augment=False,
        paper=PAPER,
        summary="SRResNet, MSE; on DIV2K for ImageNet",
    ),
    Recipe(
        "srgan",
        "srresnet-bn",
        (MSE, GAN),
        DATA,
        profile_cuts(short={"mse": SHORT, "gan": SHORT_GAN}),
        scales=(4.0,),
        paper_data="ImageNet",
        augment=False,
        paper=PAPER,
        summary="SRGAN: SRResNet, then VGG54 and adversarial losses; on DIV2K for ImageNet",
    ),
)
