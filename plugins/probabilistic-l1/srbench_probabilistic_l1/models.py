"""Models: the networks of the paper's tables with a sigma branch, and a reduced EDSR-baseline for a CPU."""

from __future__ import annotations

from srbench_classics.models import MODELS as CLASSICS

from srbench import ModelSpec
from srbench_probabilistic_l1.attach import as_gaussian, with_sigma, with_teacher

REDUCED = "edsr-baseline-reduced"
REDUCED_WIDTH = 48
"""Channels of the reduced sigma branch, in proportion: the paper has 160 channels on 64 features."""

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
"""Models without a branch: features of the LR size at any real scale do not suit the branch's pixel shuffle."""
TAUGHT = ("vdsr-rgb", "idn", "carn")
"""Models of Table 4 that learn from a teacher."""

REDUCED_WITH_SIGMA = with_sigma(EDSR_REDUCED, REDUCED_WIDTH)
MODELS = (
    EDSR_REDUCED,
    REDUCED_WITH_SIGMA,
    as_gaussian(REDUCED_WITH_SIGMA),
    with_teacher(EDSR_REDUCED),
    *(with_teacher(model) for model in CLASSICS if model.name in TAUGHT),
    *(with_sigma(model) for model in CLASSICS if model.features and model.name not in NO_BRANCH),
)
