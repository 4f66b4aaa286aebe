"""Reduced networks of the gradual rivals of ode-ivp (Sec. 4.2), which ten minutes of a CPU can train.

Only the networks and what they are supervised by differ: all learn with Adam on one budget, so that they can be
compared with each other. The papers' own optimizers are in the recipes of the whole networks.
"""

from __future__ import annotations

from srbench import ONE_CYCLE, Budget, Phase, Recipe, Term, profile_cuts
from srbench_classics.gradual_models import REDUCED, STATES
from srbench_classics.recipes import drcn, srfbn
from srbench_classics.recipes.budgets import DIV2K, HALVED, PHASE

CLIP = 0.1
"""Largest norm of the gradient, the same for all, as for ode-ivp's own networks."""
BUDGET = Budget(600_000, 16, 48, 1e-4, HALVED)
DEMO = Budget(40, 2, 8, 1e-3, ONE_CYCLE)
QUICK = Budget(2000, 8, 16, 1e-3, ONE_CYCLE)
SHORT = Budget(20_000, 16, 48, 4e-4, ONE_CYCLE)
"""Budget meant for 20 minutes on one GPU, not measured there yet."""
PYRAMID = (Term("states", kwargs={"distance": "charbonnier", "over": "sum"}),)
L1, L2 = (Term("l1"),), (Term("l2"),)


def recipe(network: str, losses: tuple[Term, ...], scales: tuple[float, ...], *, states: bool) -> Recipe:
    """Return the recipe of a reduced network.

    Args:
        network: the network's name.
        losses: what it is supervised by.
        scales: its scales; a network for any scale is trained at all of them.
        states: whether its intermediate images are supervised.
    """
    name = network + REDUCED
    return Recipe(
        name,
        name + STATES * states,
        (Phase(PHASE, losses, BUDGET, clip=CLIP),),
        DIV2K,
        profile_cuts(demo={PHASE: DEMO}, quick={PHASE: QUICK}, short={PHASE: SHORT}),
        scales=scales,
        summary=f"{network}, reduced: trained like its rivals",
    )


ALL = (2.0, 3.0, 4.0)
RECIPES = (
    recipe("drcn", drcn.losses(0.5), ALL, states=True),
    recipe("lapsrn", PYRAMID, (2.0, 4.0), states=True),
    recipe("drrn", L2, ALL, states=False),
    recipe("d-dbpn", L1, ALL, states=False),
    recipe("srfbn", srfbn.SUPERVISED, ALL, states=True),
)
