"""Training recipes of the report (Sec. 4.3), with the cut budgets of the profiles.

ESRGAN's own recipe is in `esrgan_recipe`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import Adversary, Phase, Recipe, Term, Turn, profile_cuts
from srbench_esrgan_gan import budgets
from srbench_esrgan_gan.esrgan_recipe import ESRGAN
from srbench_esrgan_gan.models import DEPTHS, PAPER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Budget

DATA, VALIDATION = ("NTIRE2017-half-train",), ("NTIRE2017-half-valid",)
AT_HAND, AT_HAND_VALIDATION = ("Photographs-train",), ("Photographs-valid",)
"""Datasets for training on a CPU, freely available and split like the report's images."""

VGG_WEIGHT, ADVERSARIAL_WEIGHT = 6e-3, 1e-3
"""Loss weights. The report prints none; these, and 1 for L1, are from its author's code (SRGAN's, rounded)."""
POST, PRE = "relu5_4", "conv5_4"
"""VGG layers of phi in Eq. 5 with i = 5 and j = 4: behind the activation as in SRGAN, before it as in ESRGAN."""
STAND_IN = 1e-2
"""Factor of the perceptual term for Caffe-normalised VGG weights in place of torchvision's.

The Caffe weights are scaled to a mean activation of 1, where torchvision's is taken to be 0.1, so squared differences
are 100 times as large. With the factor, the term between bicubic and HR patches is 4 before the activation and 0.2
behind it.
"""

REPORT_DISCRIMINATOR = "srbench_esrgan_gan.discriminator:Discriminator"
FULL_SIZE: Mapping[str, Any] = {}
REDUCED: Mapping[str, Any] = {"features": (16, 32, 64, 128), "stride": 2, "hidden": (128, 128)}
"""Arguments of the report's discriminator, reduced for a CPU."""

FIFTY_EPOCHS = 1 / 5
"""50 of 250 epochs as a share of the phase, so that a cut budget keeps the alternation."""
DISCRIMINATOR, GENERATOR = (Turn((player,), FIFTY_EPOCHS, "share") for player in ("adversary", "network"))
ALTERNATING = (DISCRIMINATOR, GENERATOR, DISCRIMINATOR, GENERATOR, DISCRIMINATOR)
"""Turns of the report (Sec. 4.3): the discriminator alone, then twice the generator and the discriminator."""
WARM_UP = (Turn(("adversary",), 0.1, "share"), Turn(("network", "adversary"), 0.9, "share"))
"""Turns of the remedy: the discriminator alone until it separates SR from HR, then both networks at once."""
REMEDY_RATE = 2e-4
"""Learning rate of the remedy's discriminator: twice the generator's 1e-4 (two time scales, Heusel et al. 2017)."""


def perceptual(layer: str) -> Term:
    """Return the perceptual loss of Eq. 5: the mean squared difference of VGG19's features at `layer`."""
    return Term("vgg", VGG_WEIGHT, {"layers": layer, "distance": "l2", "stand_in": STAND_IN})


DUAL = (perceptual(POST),)
"""Dual loss, completed by the adversarial term that every phase with an adversary has."""
TRIAD = (perceptual(POST), Term("l1"))
"""Triad loss: the dual loss and L1 (Table 4)."""
DUAL_PRE = (perceptual(PRE),)
"""Dual loss with the perceptual term before the activation (Table 5)."""
REMEDY = (Term("vgg", 0.1, {"layers": {"relu2_2": 1.0, "relu3_4": 1.0, "relu4_4": 1.0}, "distance": "l1"}), Term("l1"))
"""Losses of the remedy: absolute differences of VGG features, and L1 as in the triad loss.

Earlier VGG layers are included, because a short training can match their features. The perceptual term is five times as
large as the L1 term.
"""


def cnn(name: str, depth: int, summary: str, loss: str = "l1", budget: Budget = budgets.PIXEL) -> tuple[Recipe, Recipe]:
    """Return a recipe with a pixel loss alone, and the same recipe for the reduced network.

    Args:
        name: the recipe's name.
        depth: number of RRDBs.
        summary: one-line description.
        loss: name of the pixel loss.
        budget: the report's training budget.
    """
    phase = Phase(loss, (Term(loss),), budget, keep="best")
    return _pair(name, f"esrgan-cnn-{depth}", summary, (phase,), (phase,), {loss: budgets.QUICK})


def gan(
    name: str,
    summary: str,
    losses: tuple[Term, ...],
    *,
    turns: tuple[Turn, ...] = ALTERNATING,
    quick: Budget = budgets.QUICK_GAN,
    **adversary: Any,
) -> tuple[Recipe, Recipe]:
    """Return a recipe for the 2-block CNN as a GAN, and the same recipe for the reduced networks.

    The CNN is trained with L1 first, then with `losses` and the report's discriminator.

    Args:
        name: the recipe's name.
        summary: one-line description.
        losses: losses of the GAN phase beside the adversarial one.
        turns: alternation of generator and discriminator; empty for both in every step.
        quick: budget of the GAN phase in the quick profile.
        **adversary: further fields of `Adversary`.
    """
    pixel = Phase("l1", (Term("l1"),), budgets.PIXEL, keep="best")
    fields = {"weight": ADVERSARIAL_WEIGHT, "turns": turns, **adversary}
    discriminators = (
        Adversary("report-discriminator", REPORT_DISCRIMINATOR, kwargs, **fields) for kwargs in (FULL_SIZE, REDUCED)
    )
    whole, reduced = ((pixel, Phase("gan", losses, budgets.GAN, discriminator)) for discriminator in discriminators)
    return _pair(name, "esrgan-cnn-2", summary, whole, reduced, {"l1": budgets.QUICK, "gan": quick})


def _pair(
    name: str,
    model: str,
    summary: str,
    whole: tuple[Phase, ...],
    reduced: tuple[Phase, ...],
    quick: Mapping[str, Budget],
) -> tuple[Recipe, Recipe]:
    """Return a recipe that needs a GPU, and its reduced version, with `quick` as budgets for a CPU."""
    short = {phase.name: budgets.SHORT_GAN if phase.adversary else budgets.SHORT for phase in whole}
    demo = {phase.name: budgets.DEMO_GAN if phase.adversary else budgets.DEMO for phase in whole}
    common: dict[str, Any] = {
        "validation": VALIDATION,
        "online": True,
        "augment": False,
        "kwargs": {"start": "nearest"},
        "paper": PAPER,
    }
    return (
        Recipe(name, model, whole, DATA, profile_cuts(short=short), **common, scales=(4.0,), summary=summary),
        Recipe(
            f"{name}-reduced",
            f"{model}-reduced",
            reduced,
            DATA,
            profile_cuts(demo=demo, quick=quick, short=short, quick_data=AT_HAND, quick_validation=AT_HAND_VALIDATION),
            **common,
            scales=(4.0,),
            summary=f"{summary}, reduced",
        ),
    )


RECIPES = (
    *(recipe for depth in DEPTHS for recipe in cnn(f"esrgan-cnn-{depth}", depth, f"Table 1: {depth} RRDBs, L1")),
    *cnn("esrgan-cnn-2-l2", 2, "2 RRDBs, L2", "l2"),
    *cnn("esrgan-cnn-2-100", 2, "Table 2: 2 RRDBs, L1, 100 epochs", budget=budgets.PIXEL_100),
    *cnn("esrgan-cnn-2-l2-100", 2, "Table 2: 2 RRDBs, L2, 100 epochs", "l2", budgets.PIXEL_100),
    *gan("esrgan-gan", "Tables 3 to 5: dual loss (perceptual behind the activation, adversarial), in turns", DUAL),
    *gan("esrgan-gan-triad", "Table 4: triad loss (dual and L1), in turns", TRIAD),
    *gan("esrgan-gan-pre", "Table 5: dual loss, perceptual before the activation, in turns", DUAL_PRE),
    *gan(
        "esrgan-gan-simultaneous",
        "dual loss, both learn in every step",
        DUAL,
        turns=(),
        quick=budgets.QUICK_SIMULTANEOUS,
    ),
    *gan(
        "esrgan-gan-remedy",
        "against collapse: perceptual on three layers, L1, relativistic, both at once after a warm-up",
        REMEDY,
        turns=WARM_UP,
        quick=budgets.QUICK_REMEDY,
        loss="relativistic",
        learning_rate=REMEDY_RATE,
    ),
    ESRGAN,
)
