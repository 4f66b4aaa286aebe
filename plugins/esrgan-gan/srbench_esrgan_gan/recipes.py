"""How the report trains its networks (Sec. 4.3), and what the profiles make of it. ESRGAN's own: `esrgan_recipe`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import Adversary, Cut, Phase, Recipe, Term, Turn
from srbench_esrgan_gan import budgets
from srbench_esrgan_gan.esrgan_recipe import ESRGAN
from srbench_esrgan_gan.models import DEPTHS, PAPER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench import Budget

DATA, VALIDATION = ("NTIRE2017-half-train",), ("NTIRE2017-half-valid",)
AT_HAND, AT_HAND_VALIDATION = ("Photographs-train",), ("Photographs-valid",)
"""For a CPU, and for who has no DIV2K: split like the report's images."""

VGG_WEIGHT, ADVERSARIAL_WEIGHT = 6e-3, 1e-3
"""The text prints no weights; these, and 1 for L1, are those of its author's code (SRGAN's, as often rounded)."""
POST, PRE = "relu5_4", "conv5_4"
"""Phi of Eq. 5 with i = 5 and j = 4, as in SRGAN and ESRGAN, behind the activation and before it."""
STAND_IN = 1e-2
"""Of the Caffe-normalised weights, scaled to a mean activation of 1, for torchvision's, where it is taken to be 0.1:
squares differ by its square, and before the activation as behind it. Between bicubic and HR patches the term then is 4
before and 0.2 behind."""

REPORTS = "srbench_esrgan_gan.discriminator:Discriminator"
WHOLE: Mapping[str, Any] = {}
REDUCED: Mapping[str, Any] = {"features": (16, 32, 64, 128), "stride": 2, "hidden": (128, 128)}
"""The report's discriminator, for a CPU."""

FIFTY_EPOCHS = 1 / 5
"""Of 250, as a share of the phase, so that a cut budget keeps the schedule."""
DISCRIMINATOR, GENERATOR = (Turn((player,), FIFTY_EPOCHS, "share") for player in ("adversary", "network"))
ALTERNATING = (DISCRIMINATOR, GENERATOR, DISCRIMINATOR, GENERATOR, DISCRIMINATOR)
WARM_UP = (Turn(("adversary",), 0.1, "share"), Turn(("network", "adversary"), 0.9, "share"))
"""The remedy's: the discriminator alone until it can tell, then both at once."""
REMEDY_RATE = 2e-4
"""Of the discriminator: twice the generator's 1e-4, after the two time scales of Heusel et al. 2017."""


def perceptual(layer: str) -> Term:
    """Eq. 5: the mean squared difference of VGG19's features at `layer`."""
    return Term("vgg", VGG_WEIGHT, {"layers": layer, "distance": "l2", "stand_in": STAND_IN})


DUAL = (perceptual(POST),)
"""With the adversarial term that every phase with an adversary has."""
TRIAD = (perceptual(POST), Term("l1"))
DUAL_PRE = (perceptual(PRE),)
REMEDY = (Term("vgg", 0.1, {"layers": {"relu2_2": 1.0, "relu3_4": 1.0, "relu4_4": 1.0}, "distance": "l1"}), Term("l1"))
"""Earlier layers too, whose features a short training can still meet, by absolute differences, and L1 as in the triad:
the perceptual term is five times L1's."""


def cnn(name: str, depth: int, summary: str, loss: str = "l1", budget: Budget = budgets.PIXEL) -> tuple[Recipe, Recipe]:
    """A pixel loss alone, with `depth` RRDBs; and the same with the reduced network."""
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
    """The 2-block CNN trained with L1, then `losses` and a discriminator; and the same with the reduced networks."""
    pixel = Phase("l1", (Term("l1"),), budgets.PIXEL, keep="best")
    played = {"weight": ADVERSARIAL_WEIGHT, "turns": turns, **adversary}
    whole, reduced = (
        (pixel, Phase("gan", losses, budgets.GAN, Adversary("report-discriminator", REPORTS, kwargs, **played)))
        for kwargs in (WHOLE, REDUCED)
    )
    return _pair(name, "esrgan-cnn-2", summary, whole, reduced, {"l1": budgets.QUICK, "gan": quick})


def _pair(
    name: str,
    model: str,
    summary: str,
    whole: tuple[Phase, ...],
    reduced: tuple[Phase, ...],
    quick: Mapping[str, Budget],
) -> tuple[Recipe, Recipe]:
    """A recipe, for which a CPU is too slow, and its reduced one, with `quick` for that."""
    short = {"short": Cut({one.name: budgets.SHORT_GAN if one.adversary else budgets.SHORT for one in whole})}
    demo = Cut({phase.name: budgets.DEMO_GAN if phase.adversary else budgets.DEMO for phase in whole}, ("demo",))
    at_hand = {"demo": demo, "quick": Cut(quick, AT_HAND, AT_HAND_VALIDATION)}
    common: dict[str, Any] = {
        "validation": VALIDATION,
        "online": True,
        "augment": False,
        "kwargs": {"start": "nearest"},
        "paper": PAPER,
    }
    return (
        Recipe(name, model, whole, DATA, short, **common, scales=(4.0,), summary=summary),
        Recipe(
            f"{name}-reduced",
            f"{model}-reduced",
            reduced,
            DATA,
            at_hand | short,
            **common,
            scales=(4.0,),
            summary=f"{summary}, reduced",
        ),
    )


RECIPES = (
    *(one for depth in DEPTHS for one in cnn(f"esrgan-cnn-{depth}", depth, f"Table 1: {depth} RRDBs, L1")),
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
