"""Search spaces: F, D and L of the dense residual network (Sec. 4.1 and 4.2); groups, blocks and features of RCAN.

The paper names what it varied, but not the values. Its choices F = 128, D = 18, L = 3, and RCAN* with 5 groups of 10
blocks of 128 features (Sec. 5.1), lie within these spaces.
"""

from __future__ import annotations

from srbench import SearchSpace
from srbench_gpnas_ensemble.models import PAPER

STRATEGIES = {
    "gp": "srbench_gpnas_ensemble.search.gp_nas:GPNAS",
    "ei": "srbench_gpnas_ensemble.search.expected_improvement:ExpectedImprovement",
}

SPACES = (
    SearchSpace(
        "drn",
        "gpnas-drn-reduced-x4",
        {"features": (8, 12, 16, 20, 24, 32), "blocks": (1, 2, 3, 4, 6), "stages": (1, 2, 3, 4)},
        strategies=STRATEGIES,
        paper=PAPER,
        summary="dense residual networks of a CPU's size: features, blocks, stages",
    ),
    SearchSpace(
        "rcan",
        "gpnas-rcan-reduced-x4",
        {"groups": (1, 2, 3, 4), "blocks": (1, 2, 4, 6, 8), "features": (8, 12, 16, 24, 32)},
        strategies=STRATEGIES,
        paper=PAPER,
        summary="RCANs of a CPU's size: groups, blocks, features",
    ),
    SearchSpace(
        "drn-paper",
        "gpnas-drn-x4",
        {"features": (48, 64, 96, 128, 160), "blocks": (6, 9, 12, 18, 24), "stages": (1, 2, 3, 4)},
        strategies=STRATEGIES,
        paper=PAPER,
        summary="dense residual networks of the paper's size, for a GPU",
    ),
    SearchSpace(
        "rcan-paper",
        "gpnas-rcan-x4",
        {"groups": (3, 5, 7, 10), "blocks": (5, 10, 15, 20), "features": (48, 64, 96, 128)},
        strategies=STRATEGIES,
        paper=PAPER,
        summary="RCANs of the paper's size, for a GPU",
    ),
)
