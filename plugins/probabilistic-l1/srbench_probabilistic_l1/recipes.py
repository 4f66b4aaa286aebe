"""How the paper trains (Sec. 4.2), and what the profiles make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import Budget, Cut, Phase, Recipe, Schedule
from srbench_probabilistic_l1 import objectives
from srbench_probabilistic_l1.attach import SCALES, SUFFIX, TAUGHT
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

REAL_NETWORKS = ("realsr-srresnet", "realsr-rcan")
"""Of Table 5, one training for each focal length."""
FOCAL = (2.0, 3.0, 4.0)

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
ANY_SCALE = ("vdsr",)
"""Made for any; trained, all at once, for those of the paper."""


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
            "data": ("DIV2K-train",),
            "cuts": {"short": Cut({PHASE: SHORT})},
            "scales": SCALES if network in ANY_SCALE else (),
            "paper": PAPER,
            "summary": f"{model} trained with {objective.summary}",
            "kwargs": objective.network,
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


def taught(network: str, model: str, **settings: Any) -> Recipe:
    """A teacher that sees HR, and then `model`, which begins as the teacher's decoder: PISR."""
    return recipe(
        network,
        model + TAUGHT,
        objectives.TEACHER,
        **{
            "phases": tuple(Phase(one.name, one.terms, BUDGET) for one in PISR),
            "cuts": {"short": halved(SHORT)},
            "summary": f"{model} that learns from a teacher which sees HR (PISR)",
            **settings,
        },
    )


def from_file(whole: Recipe, network: str) -> Recipe:
    """The student of `whole` alone: ``--set student.losses.teacher.kwargs.weights=FILE`` names its teacher."""
    (*_, student) = whole.phases
    l1, teacher = student.losses
    own = replace(student, losses=(l1, replace(teacher, kwargs={"weights": ""})))
    cuts = {
        profile: replace(cut, budgets={student.name: cut.budgets[student.name]}) for profile, cut in whole.cuts.items()
    }
    summary = f"{whole.summary}, from a teacher's file"
    return replace(whole, name=named(network, objectives.STUDENT), phases=(own,), cuts=cuts, summary=summary)


def halved(budget: Budget, data: tuple[str, ...] = ()) -> Cut:
    """Half of `budget` for the teacher, half for the student."""
    half = replace(budget, steps=budget.steps // 2)
    return Cut({one.name: half for one in PISR}, data)


def real(network: str, objective: Objective, scale: float) -> Recipe:
    """A network for RealSR's pairs of equal size, whose "x2" is a ratio of focal lengths."""
    return recipe(
        network,
        network,
        objective,
        name=f"{named(network, objective)}-x{scale:g}",
        phases=(Phase(PHASE, objective.terms, REAL_BUDGET),),
        data=(f"RealSR/train/X{scale:g}",),
        cuts={},
        scales=(1.0,),
    )


ON_EDSR = (*objectives.ABLATION, *objectives.OTHER_BETAS, objectives.NOISY, objectives.LAPLACE, objectives.NAIVE)
"""What EDSR-baseline is trained with, whole and reduced: Tables 1 and 2, and the variants of the text."""
BASELINES = {"vdsr": (objectives.L2, objectives.ABLATION[0], objectives.EDGE, objectives.RIEMANN)}
"""What the paper's other networks were trained with; l1 where nothing is said."""
RIVALS = (objectives.EDGE, objectives.RIEMANN, objectives.L2)
"""Of Table 4, for the reduced network."""
PISR = (objectives.TEACHER, objectives.STUDENT)
"""Its phases."""
REDUCED_CUTS = {"demo": halved(DEMO, ("demo",)), "quick": halved(QUICK, AT_HAND), "short": halved(SHORT)}
TAUGHT_RECIPES = {
    **{network: taught(network, NETWORKS[network]) for network in ("vdsr", "idn", "carn")},
    REDUCED: taught(REDUCED, REDUCED, cuts=REDUCED_CUTS),
}
FROM_FILE = tuple(from_file(whole, network) for network, whole in TAUGHT_RECIPES.items())
"""They make the same methods, from a teacher that is there already."""

RECIPES = (
    *(recipe("edsr-baseline", "edsr-baseline", objective) for objective in (*ON_EDSR, objectives.RIEMANN)),
    *(reduced(objective) for objective in (*ON_EDSR, *RIVALS)),
    *TAUGHT_RECIPES.values(),
    *(
        recipe(network, model, objective)
        for network, model in NETWORKS.items()
        if network != "edsr-baseline"
        for objective in (*BASELINES.get(network, objectives.ABLATION[:1]), objectives.OURS)
    ),
)
REAL_RECIPES = {
    named(network, objective): {scale: real(network, objective, scale) for scale in FOCAL}
    for network in REAL_NETWORKS
    for objective in (objectives.ABLATION[0], objectives.OURS)
}
"""By method."""
