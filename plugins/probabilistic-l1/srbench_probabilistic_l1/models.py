"""The networks of the paper's tables with a sigma branch, and the reduced EDSR-baseline that a CPU can train."""

from __future__ import annotations

from srbench_classics.models import MODELS as CLASSICS

from srbench import ModelSpec
from srbench_probabilistic_l1.attach import as_gaussian, with_sigma, with_teacher

REDUCED = "edsr-baseline-reduced"
REDUCED_WIDTH = 48
"""Of the sigma branch, in proportion: the paper's 160 channels stand on 64."""

EDSR_REDUCED = ModelSpec(
    REDUCED,
    "srbench_classics.edsr:EDSR",
    scales=(2, 3, 4),
    kwargs={"blocks": 8, "features": 32, "residual_weight": 1.0},
    receptive_radius=20,
    features="upsample",
    paper="Lim et al., CVPRW 2017",
    summary="EDSR-baseline reduced to 8 blocks of 32 features",
)

NO_BRANCH = ("meta-rdn",)
"""Features of LR's size, and any real scale: the branch's pixel shuffle can't follow."""
TAUGHT = ("vdsr-rgb", "idn", "carn")
"""Those of Table 4 that learn from a teacher."""

REDUCED_WITH_SIGMA = with_sigma(EDSR_REDUCED, REDUCED_WIDTH)
MODELS = (
    EDSR_REDUCED,
    REDUCED_WITH_SIGMA,
    as_gaussian(REDUCED_WITH_SIGMA),
    with_teacher(EDSR_REDUCED),
    *(with_teacher(model) for model in CLASSICS if model.name in TAUGHT),
    *(with_sigma(model) for model in CLASSICS if model.features and model.name not in NO_BRANCH),
)
