"""Training recipes of the paper (Sec. 4.2), with the cut budgets of the profiles."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import ONE_CYCLE, Budget, Phase, Recipe, Schedule, profile_cuts
from srbench_probabilistic_l1 import objectives
from srbench_probabilistic_l1.attach import SCALES, SUFFIX, TAUGHT
from srbench_probabilistic_l1.losses.specs import PAPER
from srbench_probabilistic_l1.models import REDUCED

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench_probabilistic_l1.objectives import Objective

PHASE = "train"
HALVED = Schedule("step", every=0.2, gamma=0.5)
"""Learning-rate schedule that halves the rate every 2 * 10^5 of 10^6 steps."""
BUDGET = Budget(steps=1_000_000, batch=16, patch=48, learning_rate=1e-4, schedule=HALVED)
REAL_BUDGET = Budget(steps=1_000_000, batch=16, patch=192, learning_rate=1e-4)
"""Budget for RealSR: patches of 192, a constant learning rate."""

QUICK = Budget(steps=2000, batch=16, patch=24, learning_rate=1e-3, schedule=ONE_CYCLE)
SHORT = Budget(steps=30_000, batch=16, patch=48, learning_rate=4e-4, schedule=ONE_CYCLE)
"""Budget meant for 20 minutes on one GPU, not measured there yet."""
DEMO = Budget(steps=60, batch=4, patch=16, learning_rate=1e-3, schedule=ONE_CYCLE)

REAL_NETWORKS = ("realsr-srresnet", "realsr-rcan")
"""Networks of Table 5, trained separately for each focal length."""
FOCAL = (2.0, 3.0, 4.0)
"""Ratios of focal lengths of RealSR's pairs, which the paper calls scales."""

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
"""Models of the paper's networks, by the names of the paper's rows."""
ANY_SCALE = ("vdsr",)
"""Networks for any scale, trained jointly for the scales of the paper."""


def recipe_name(network: str, objective: Objective) -> str:
    """Return the name of a recipe, which is also that of the method that it trains."""
    return f"{network}+{objective.name}"


def recipe(network: str, model: str, objective: Objective, **settings: Any) -> Recipe:
    """Return a recipe that trains `model` on DIV2K, with cut budgets for a GPU alone.

    Args:
        network: the network's name in the recipe's name.
        model: the model's name; a sigma branch is added if `objective` needs one.
        objective: the objective.
        **settings: fields of `Recipe` to replace.
    """
    return Recipe(
        **{
            "name": recipe_name(network, objective),
            "model": model + SUFFIX * objective.sigma,
            "phases": (Phase(PHASE, objective.terms, BUDGET),),
            "data": ("DIV2K-train",),
            "cuts": profile_cuts(short={PHASE: SHORT}),
            "scales": SCALES if network in ANY_SCALE else (),
            "paper": PAPER,
            "summary": f"{model} trained with {objective.summary}",
            "kwargs": objective.network,
            **settings,
        }
    )


def reduced(objective: Objective) -> Recipe:
    """Return a recipe for the reduced EDSR-baseline, which ten minutes of a CPU can train."""
    cuts = profile_cuts(demo={PHASE: DEMO}, quick={PHASE: QUICK}, short={PHASE: SHORT})
    return recipe(REDUCED, REDUCED, objective, cuts=cuts)


def taught(network: str, model: str, **settings: Any) -> Recipe:
    """Return the recipe of PISR: a teacher that sees HR, and then `model`, which starts as the teacher's decoder.

    Args:
        network: the network's name in the recipe's name.
        model: the model's name.
        **settings: fields of `Recipe` to replace.
    """
    return recipe(
        network,
        model + TAUGHT,
        objectives.TEACHER,
        **{
            "phases": tuple(Phase(objective.name, objective.terms, BUDGET) for objective in PISR),
            "cuts": profile_cuts(short=halved(SHORT)),
            "summary": f"{model} that learns from a teacher which sees HR (PISR)",
            **settings,
        },
    )


def from_file(whole: Recipe, network: str) -> Recipe:
    """Return a recipe that trains the student of the recipe `whole` alone, with a teacher from a file.

    ``--set student.losses.teacher.kwargs.weights=FILE`` names the file.
    """
    (*_, student) = whole.phases
    l1, teacher = student.losses
    from_weights = replace(student, losses=(l1, replace(teacher, kwargs={"weights": ""})))
    cuts = {
        profile: replace(cut, budgets={student.name: cut.budgets[student.name]}) for profile, cut in whole.cuts.items()
    }
    summary = f"{whole.summary}, from a teacher's file"
    name = recipe_name(network, objectives.STUDENT)
    return replace(whole, name=name, phases=(from_weights,), cuts=cuts, summary=summary)


def halved(budget: Budget) -> Mapping[str, Budget]:
    """Return budgets by phase with half of the steps of `budget` for the teacher and half for the student."""
    half = replace(budget, steps=budget.steps // 2)
    return {objective.name: half for objective in PISR}


def real(network: str, objective: Objective, scale: float) -> Recipe:
    """Return a recipe for RealSR's pairs of equal size, whose "x2" is a ratio of focal lengths.

    Args:
        network: the model's name.
        objective: the objective.
        scale: the ratio of focal lengths.
    """
    return recipe(
        network,
        network,
        objective,
        name=f"{recipe_name(network, objective)}-x{scale:g}",
        phases=(Phase(PHASE, objective.terms, REAL_BUDGET),),
        data=(f"RealSR/train/X{scale:g}",),
        cuts={},
        scales=(1.0,),
    )


ON_EDSR = (*objectives.ABLATION, *objectives.OTHER_BETAS, objectives.NOISY, objectives.LAPLACE, objectives.NAIVE)
"""Objectives of EDSR-baseline, full and reduced: those of Tables 1 and 2, Eq. 6, Eq. 7 and the Laplace variant."""
BASELINES = {"vdsr": (objectives.L2, objectives.ABLATION[0], objectives.EDGE, objectives.RIEMANN)}
"""Objectives of the paper's other networks beside its own; l1 for networks that are not listed."""
RIVALS = (objectives.EDGE, objectives.RIEMANN, objectives.L2)
"""Objectives of Table 4 for the reduced network."""
PISR = (objectives.TEACHER, objectives.STUDENT)
"""Objectives of PISR's two phases."""
REDUCED_CUTS = profile_cuts(demo=halved(DEMO), quick=halved(QUICK), short=halved(SHORT))
TAUGHT_RECIPES = {
    **{network: taught(network, NETWORKS[network]) for network in ("vdsr", "idn", "carn")},
    REDUCED: taught(REDUCED, REDUCED, cuts=REDUCED_CUTS),
}
FROM_FILE = tuple(from_file(whole, network) for network, whole in TAUGHT_RECIPES.items())
"""Recipes that train the same methods from an existing teacher."""

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
    recipe_name(network, objective): {scale: real(network, objective, scale) for scale in FOCAL}
    for network in REAL_NETWORKS
    for objective in (objectives.ABLATION[0], objectives.OURS)
}
"""Recipes for RealSR by method and scale."""
