"""Training recipes of the paper (Sec. 3.2, 3.5 and 4), with the cut budgets of the profiles."""

from __future__ import annotations

from collections.abc import Mapping

from srbench import ONE_CYCLE, Adversary, Budget, Phase, Recipe, Schedule, Term, profile_cuts
from srbench_pcarn.initialisation import SCHEMES, Initialisation

PAPER = "arXiv:1903.02240"
HALVED_AT_400K = Schedule("step", every=2 / 3, gamma=0.5)
"""Learning-rate schedule of Sec. 3.5: halved every 400,000 of 600,000 steps."""
L1_BUDGET = Budget(steps=600_000, batch=64, patch=48, learning_rate=1e-4, schedule=HALVED_AT_400K)
GAN_BUDGET = Budget(steps=200_000, batch=64, patch=48, learning_rate=1e-4)
"""Budget of the GAN phase, with the same settings; its 200,000 steps end before the first halving."""

ADVERSARIAL_WEIGHT = 5e-3
"""1 / lambda of Eq. 7. The paper does not print it; it is from the authors' code, whose VGG term has weight 1."""
VGG = Term("vgg", 1.0, {"layers": "conv5_4", "distance": "l2", "normalise": False, "stand_in": 3e-4})
"""VGG loss of Eq. 5 with i = j = 5.

VGG-19's fifth block only has four convolutions; the last one, 5_4, is used, before its ReLU and with unnormalised RGB,
as in the authors' code. The paper's text says behind the ReLU. `stand_in` scales the term for the Caffe-normalised
weights, whose squared differences there are 360 to 840, to a tenth, which is ten times the adversarial term.
"""

SINGLE = "srbench_pcarn.discriminator:Discriminator"
MULTI_SCALE = "srbench_pcarn.discriminator:MultiScaleDiscriminator"

COSINE = Schedule("cosine")

Budgets = Mapping[str, Budget]
"""Cut budgets by phase.

Far fewer steps than the paper's need a higher learning rate, which then falls to zero. VGG and a discriminator make a
patch ten times as expensive, so the GAN phase has smaller batches.
"""
QUICK_REDUCED: Budgets = {"l1": Budget(2000, 16, 24, 1e-3, ONE_CYCLE), "gan": Budget(300, 4, 24, 2e-4, COSINE)}
QUICK_MOBILE: Budgets = {"l1": Budget(5000, 8, 24, 1e-3, ONE_CYCLE), "gan": Budget(300, 4, 24, 2e-4, COSINE)}
SHORT: Budgets = {"l1": Budget(30_000, 64, 48, 1e-3, ONE_CYCLE), "gan": Budget(3000, 16, 48, 2e-4, COSINE)}
"""Budgets meant for 20 minutes on one GPU, not measured there yet."""
DEMO: Budgets = {"l1": Budget(60, 4, 16, 1e-3, ONE_CYCLE), "gan": Budget(4, 2, 16, 1e-4)}


def recipe(
    name: str,
    model: str,
    summary: str,
    *,
    adversary: Adversary | None = None,
    quick: Budgets | None = None,
    initialisation: Initialisation | None = None,
) -> Recipe:
    """Return a recipe with L1, followed by the VGG and adversarial losses (Eq. 4, 5 and 7) if there is an adversary.

    Args:
        name: the recipe's name.
        model: the model's name.
        summary: one-line description.
        adversary: the discriminator; None for L1 alone.
        quick: budgets of the quick profile; None for a network that ten minutes of a CPU cannot train.
        initialisation: the initialisation scheme; None is the paper's choice.
    """
    phases: tuple[Phase, ...] = (Phase("l1", (Term("l1"),), L1_BUDGET),)
    if adversary:
        phases += (Phase("gan", (VGG,), GAN_BUDGET, adversary),)

    def of_phases(budgets: Budgets) -> Budgets:
        return {phase.name: budgets[phase.name] for phase in phases}

    cuts = profile_cuts(
        demo=of_phases(DEMO) if quick else None,
        quick=of_phases(quick) if quick else None,
        short=of_phases(SHORT),
    )
    kwargs = {"initialisation": initialisation} if initialisation else {}
    return Recipe(name, model, phases, ("DIV2K-train",), cuts, kwargs=kwargs, paper=PAPER, summary=summary)


def adversary(build: str, width: int = 64) -> Adversary:
    """Return the discriminator `build`, with `width` features at its first convolution (64 in the paper)."""
    name = "multi-scale-discriminator" if build == MULTI_SCALE else "discriminator"
    return Adversary(name, build, {"width": width}, weight=ADVERSARIAL_WEIGHT)


GROUPS = (2, 4, 8, 16, 32, 64)
"""Group counts of Fig. 8, taken to be the powers of two up to 64; the text names 4 and 64."""
ABLATION = {
    "pcarn-baseline": "Table 1: no cascading, no global residual",
    "pcarn-local": "Table 1: local cascading",
    "pcarn-global": "Table 1: global cascading",
    "pcarn-local-global": "Table 1: local and global cascading",
    "pcarn-single": "Table 1: PCARN with the x4 upsampler alone",
}
OTHER_SCHEMES = dict(list(SCHEMES.items())[:-1])
"""Schemes of Table 3 without the last row, the paper's choice, with which all other recipes start."""

EFFICIENT = {
    f"pcarn-g{groups}{'r' if shared else ''}": f"Fig. 8: {groups} groups{', shared blocks' if shared else ''}"
    for groups in GROUPS
    for shared in (False, True)
}

RECIPES = (
    recipe("pcarn", "pcarn", "PCARN: L1, then GAN and VGG losses", adversary=adversary(MULTI_SCALE)),
    recipe(
        "pcarn-m",
        "pcarn-m",
        "PCARN-M: L1, then GAN and VGG losses",
        adversary=adversary(MULTI_SCALE),
        quick=QUICK_MOBILE,
    ),
    recipe("pcarn-gan", "pcarn", "Table 2: PCARN with one discriminator", adversary=adversary(SINGLE)),
    *(recipe(name, name, summary) for name, summary in (ABLATION | EFFICIENT).items()),
    *(
        recipe(f"{name}-reduced", f"{name}-reduced", f"{summary}, reduced", quick=QUICK_REDUCED)
        for name, summary in ABLATION.items()
    ),
    *(
        recipe(f"pcarn-init-{index}", "pcarn-single", f"Table 3: {label}", initialisation=scheme)
        for index, (label, scheme) in enumerate(OTHER_SCHEMES.items(), 1)
    ),
    *(
        recipe(
            f"pcarn-init-{index}-reduced",
            "pcarn-single-reduced",
            f"Table 3: {label}, reduced",
            quick=QUICK_REDUCED,
            initialisation=scheme,
        )
        for index, (label, scheme) in enumerate(OTHER_SCHEMES.items(), 1)
    ),
    *(
        recipe(
            f"pcarn-{name}-reduced",
            "pcarn-single-reduced",
            f"Table 2: {discriminators}, network and discriminator reduced",
            adversary=adversary(build, width=16),
            quick=QUICK_REDUCED,
        )
        for name, discriminators, build in (
            ("gan", "one discriminator", SINGLE),
            ("msd", "multi-scale discriminator", MULTI_SCALE),
        )
    ),
)
