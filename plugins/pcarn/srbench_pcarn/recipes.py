"""How the paper trains (Sec. 3.2, 3.5 and 4), and what the profiles make of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from srbench import Adversary, Budget, Cut, Phase, Recipe, Schedule, Term
from srbench_pcarn.initialisation import SCHEMES

PAPER = "arXiv:1903.02240"
HALVED_AT_400K = Schedule("step", every=2 / 3, gamma=0.5)
L1_BUDGET = Budget(steps=600_000, batch=64, patch=48, learning_rate=1e-4, schedule=HALVED_AT_400K)
GAN_BUDGET = Budget(steps=200_000, batch=64, patch=48, learning_rate=1e-4)
"""The same settings: 200,000 steps end before the first halving."""

ADVERSARIAL_WEIGHT = 5e-3
"""1 / lambda of Eq. 7, which the paper doesn't print; from the code that its authors released (its VGG term has 1)."""
VGG = Term("vgg", 1.0, {"layers": "relu5_4", "distance": "l2", "normalise": False, "stand_in": 0.02})
"""Eq. 5 with i = j = 5. VGG-19's fifth block has four convolutions: the last, 5_4, is taken, behind its ReLU as the
text has it (the authors' code takes it before). RGB goes in as it is, as in that code. `stand_in` brings the
Caffe-normalised weights, whose squared differences are some fifty times larger, to about that size."""

SINGLE = "srbench_pcarn.discriminator:Discriminator"
MULTI_SCALE = "srbench_pcarn.discriminator:MultiScaleDiscriminator"

AT_HAND = ("T91", "BSDS500")
"""For a CPU, and for who has no DIV2K. BSDS500's validation images are B100, and are never taken."""
FALL = Schedule("one-cycle")

Steps = Mapping[str, int]
"""Of each phase."""
SHORT_L1: Steps = {"l1": 30_000}
SHORT_GAN: Steps = {"l1": 30_000, "gan": 3000}
"""Meant for 20 minutes of one GPU, where they have not been measured yet."""
QUICK_REDUCED: Steps = {"l1": 2000}
DEMO = {"l1": Budget(60, 4, 16, 1e-3, FALL), "gan": Budget(4, 2, 16, 1e-4)}


QUICK, SHORT = (16, 24), (64, 48)
"""Batch and LR patch of those profiles."""


def cuts(short: Steps, quick: Steps | None = None) -> dict[str, Cut]:
    """Budgets of the profiles, by steps a phase. No `quick`: ten minutes of a CPU are nothing to that network."""
    found = {"short": Cut({name: budget(name, steps, *SHORT) for name, steps in short.items()})}
    if quick is None:
        return found
    cut = Cut({name: budget(name, steps, *QUICK) for name, steps in quick.items()}, data=AT_HAND)
    return {"demo": Cut({name: DEMO[name] for name in short}, data=("demo",)), "quick": cut, **found}


def budget(phase: str, steps: int, batch: int, patch: int) -> Budget:
    """Far fewer steps want a higher rate that falls to nothing; VGG makes a patch cost ten times as much."""
    if phase == "l1":
        return Budget(steps, batch, patch, 1e-3, FALL)
    return Budget(steps, batch // 4, patch, 1e-4, Schedule("cosine"))


def l1_recipe(name: str, model: str, summary: str, *, quick: Steps | None = None, **kwargs: Any) -> Recipe:
    """L1 alone, as in Tables 1 and 3."""
    l1 = Phase("l1", (Term("l1"),), L1_BUDGET)
    return Recipe(name, model, (l1,), ("DIV2K",), cuts(SHORT_L1, quick), paper=PAPER, summary=summary, **kwargs)


def gan_recipe(
    name: str,
    model: str,
    summary: str,
    *,
    discriminator: str = MULTI_SCALE,
    width: int = 64,
    quick: Steps | None = None,
) -> Recipe:
    """L1, then the VGG and adversarial losses (Eq. 4, 5 and 7). `width` is the discriminator's."""
    phases = (
        Phase("l1", (Term("l1"),), L1_BUDGET),
        Phase("gan", (VGG,), GAN_BUDGET, Adversary(discriminator, {"width": width}, weight=ADVERSARIAL_WEIGHT)),
    )
    return Recipe(name, model, phases, ("DIV2K",), cuts(SHORT_GAN, quick), paper=PAPER, summary=summary)


ABLATION = {
    "pcarn-baseline": "Table 1: no cascading, no global residual",
    "pcarn-local": "Table 1: local cascading",
    "pcarn-global": "Table 1: global cascading",
    "pcarn-local-global": "Table 1: local and global cascading",
    "pcarn-single": "Table 1: PCARN with the x4 upsampler alone",
}
OTHER_SCHEMES = dict(list(SCHEMES.items())[:-1])
"""Table 3 without its last row, the paper's choice, which all other recipes start from."""

RECIPES = (
    gan_recipe("pcarn", "pcarn", "PCARN: L1, then GAN and VGG losses"),
    gan_recipe("pcarn-m", "pcarn-m", "PCARN-M: L1, then GAN and VGG losses", quick={"l1": 2500, "gan": 150}),
    gan_recipe("pcarn-gan", "pcarn", "Table 2: PCARN with one discriminator", discriminator=SINGLE),
    *(l1_recipe(name, name, summary) for name, summary in ABLATION.items()),
    *(
        l1_recipe(f"{name}-reduced", f"{name}-reduced", f"{summary}, reduced", quick=QUICK_REDUCED)
        for name, summary in ABLATION.items()
    ),
    *(
        l1_recipe(f"pcarn-init-{index}", "pcarn", f"Table 3: {label}", kwargs={"initialisation": scheme})
        for index, (label, scheme) in enumerate(OTHER_SCHEMES.items(), 1)
    ),
    *(
        l1_recipe(
            f"pcarn-init-{index}-reduced",
            "pcarn-single-reduced",
            f"Table 3: {label}, reduced",
            quick=QUICK_REDUCED,
            kwargs={"initialisation": scheme},
        )
        for index, (label, scheme) in enumerate(OTHER_SCHEMES.items(), 1)
    ),
    *(
        gan_recipe(
            f"pcarn-{name}-reduced",
            "pcarn-single-reduced",
            f"Table 2: {said}, network and discriminator reduced",
            discriminator=discriminator,
            width=16,
            quick={**QUICK_REDUCED, "gan": 150},
        )
        for name, said, discriminator in (
            ("gan", "one discriminator", SINGLE),
            ("msd", "multi-scale discriminator", MULTI_SCALE),
        )
    ),
)
