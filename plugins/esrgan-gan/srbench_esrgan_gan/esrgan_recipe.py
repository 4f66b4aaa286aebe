"""ESRGAN's training recipe (Wang et al. 2018, Sec. 3.2, 3.3 and 4.1), on DIV2K alone."""

from __future__ import annotations

from srbench import ONE_CYCLE, Adversary, Budget, Phase, Recipe, Schedule, Term, profile_cuts
from srbench_esrgan_gan.budgets import COSINE
from srbench_esrgan_gan.models import ESRGAN_PAPER

PATCH = 32
"""Side of a patch in LR pixels, for HR patches of 128."""
PSNR = Phase(
    "psnr",
    (Term("l1"),),
    Budget(1_000_000, 16, PATCH, 2e-4, Schedule("step", every=1 / 5, gamma=0.5)),
)
"""PSNR-oriented phase. The learning rate is halved every 200,000 steps; the number of steps is from ESRGAN's code."""
DISCRIMINATOR = {"stages": (64, 128, 256, 512, 512), "kernel": 4, "pool": 4, "hidden": 100}
GAN = Phase(
    "gan",
    (Term("vgg", 1.0, {"layers": "conv5_4", "distance": "l1", "stand_in": 0.1}), Term("l1", 1e-2)),
    Budget(400_000, 16, PATCH, 1e-4, Schedule("step", every=1 / 4, gamma=0.5)),
    Adversary(
        "vgg-discriminator",
        "srbench:VggDiscriminator",
        DISCRIMINATOR,
        "relativistic",
        weight=5e-3,
    ),
)
"""GAN phase.

The paper halves the learning rate at 50, 100, 200 and 300 thousand steps; here it is halved every 100,000 steps.

`stand_in` scales the perceptual term for Caffe-normalised VGG weights, whose mean activation is 1, where torchvision's
is taken to be 0.1.
"""

ESRGAN = Recipe(
    "esrgan",
    "esrgan",
    (PSNR, GAN),
    ("DIV2K-train",),
    profile_cuts(
        short={"psnr": Budget(6000, 16, PATCH, 2e-4, ONE_CYCLE), "gan": Budget(2000, 16, PATCH, 1e-4, COSINE)}
    ),
    kwargs={"start": 0.1},
    paper=ESRGAN_PAPER,
    summary="ESRGAN: L1, then perceptual before the activation, relativistic and L1",
)
