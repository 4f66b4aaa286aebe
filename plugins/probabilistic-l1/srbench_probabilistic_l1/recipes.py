"""How the paper trains (Sec. 4.2), and what the profiles make of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench import Budget, Cut, Phase, Recipe, Schedule
from srbench_probabilistic_l1 import objectives
from srbench_probabilistic_l1.attach import SUFFIX
from srbench_probabilistic_l1.losses.specs import PAPER
from srbench_probabilistic_l1.models import REDUCED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench_probabilistic_l1.objectives import Objective

PHASE = "train"
HALVED = Schedule("step", every=0.2, gamma=0.5)
"""Every 2 * 10^5 of 10^6 steps."""
BUDGET = Budget(steps=1_000_000, batch=16, patch=48, learning_rate=1e-4, schedule=HALVED)
REAL_BUDGET = Budget(steps=1_000_000, batch=16, patch=192, learning_rate=1e-4)
"""RealSR: patches of 192, a fixed rate."""

AT_HAND = ("T91", "BSDS500")
"""For a CPU, and for who has no DIV2K. BSDS500's validation images are B100, and are never taken."""
FALL = Schedule("one-cycle")
"""Far fewer steps than the paper's want a higher rate, which then falls to nothing."""
QUICK = Budget(steps=2000, batch=16, patch=24, learning_rate=1e-3, schedule=FALL)
SHORT = Budget(steps=30_000, batch=16, patch=48, learning_rate=4e-4, schedule=FALL)
"""Meant for 20 minutes of one GPU, where it has not been measured yet."""
DEMO = Budget(steps=60, batch=4, patch=16, learning_rate=1e-3, schedule=FALL)

NETWORKS: Mapping[str, str] = {
    "vdsr": "vdsr-rgb",
    "idn": "idn",
    "carn": "carn",
    "imdn": "imdn",
    "oisr": "oisr-rk2",
    "edsr-baseline": "edsr-baseline",
    "edsr": "edsr",
    "rcan": "rcan",
}
"""The paper's networks, as its rows name them, and their models."""


def named(network: str, objective: Objective) -> str:
    """The name of a recipe, and of the method that it makes."""
    return f"{network}+{objective.name}"


def recipe(network: str, model: str, objective: Objective, **settings: Any) -> Recipe:
    """`model`, with a sigma branch where `objective` needs one, trained on DIV2K; cut for a GPU alone."""
    return Recipe(
        **{
            "name": named(network, objective),
            "model": model + SUFFIX * objective.sigma,
            "phases": (Phase(PHASE, objective.terms, BUDGET),),
            "data": ("DIV2K",),
            "cuts": {"short": Cut({PHASE: SHORT})},
            "paper": PAPER,
            "summary": f"{model} trained with {objective.summary}",
            **settings,
        }
    )


def reduced(objective: Objective) -> Recipe:
    """The same for the reduced EDSR-baseline, which ten minutes of a CPU can train."""
    cuts = {
        "demo": Cut({PHASE: DEMO}, ("demo",)),
        "quick": Cut({PHASE: QUICK}, AT_HAND),
        "short": Cut({PHASE: SHORT}),
    }
    return recipe(REDUCED, REDUCED, objective, cuts=cuts)


ON_EDSR = (*objectives.ABLATION, *objectives.OTHER_BETAS, objectives.NOISY, objectives.LAPLACE, objectives.NAIVE)
"""What EDSR-baseline is trained with, whole and reduced: Tables 1 and 2, and the variants of the text."""
BASELINES = {"vdsr": (objectives.L2, objectives.ABLATION[0])}
"""What the paper's other networks were trained with; l1 where nothing is said."""

RECIPES = (
    *(recipe("edsr-baseline", "edsr-baseline", objective) for objective in ON_EDSR),
    *(reduced(objective) for objective in ON_EDSR),
    *(
        recipe(network, model, objective)
        for network, model in NETWORKS.items()
        if network != "edsr-baseline"
        for objective in (*BASELINES.get(network, objectives.ABLATION[:1]), objectives.OURS)
    ),
)
