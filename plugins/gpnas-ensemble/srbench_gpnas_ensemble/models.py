"""Models: the three networks of Sec. 5.1 and the fourth of Sec. 5.2, with variants.

Variants are reduced networks for a CPU, and networks for LR images of the HR size.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from srbench import Component, ModelSpec

if TYPE_CHECKING:
    from collections.abc import Mapping

PAPER = "Pan et al., Real Image Super Resolution via Heterogeneous Model Ensemble using GP-NAS, ECCVW 2020"
GUO = "Guo et al., Closed-Loop Matters: Dual Regression Networks, CVPR 2020"
SCALES = (2.0, 3.0, 4.0)
REDUCED, REAL = "-reduced", "-real"
"""Ends of names: a smaller network for a CPU, and a network for LR images of HR size; in this order if both apply."""

DRN = "srbench_gpnas_ensemble.drn:DRN"
RCAN = "srbench_classics.rcan:RCAN"
DUAL = "gpnas-dual"
WITH_DUALS = "+closed-loop"
"""End of the name of a dual regression network that includes its dual networks."""


def _model(name: str, build: str, kwargs: Mapping[str, Any], summary: str) -> ModelSpec:
    return ModelSpec(name, build, SCALES, dict(kwargs), features="upsample", paper=PAPER, summary=summary)


def equal_size(model: ModelSpec) -> ModelSpec:
    """Return `model` for LR images of the HR size, which works internally at half of that size."""
    return replace(
        model,
        name=model.name + REAL,
        build="srbench_gpnas_ensemble.equal_size:EqualSize",
        kwargs={"build": Component(model.name, model.build, model.version), **model.kwargs},
        scales=None,
        joint=True,
        equal_size=True,
        features="network.upsample",
        summary=f"{model.summary}; equal sizes",
    )


NETWORKS = (
    _model("gpnas-drn", DRN, {"features": 128, "blocks": 18, "stages": 3}, "DRN*: 18 blocks of 3 stages, 128 features"),
    _model(
        "gpnas-rcan-star",
        RCAN,
        {"features": 128, "groups": 5, "blocks": 10},
        "RCAN*: 5 groups of 10 blocks, 128 features",
    ),
    _model(
        "gpnas-rcan", RCAN, {"features": 64, "groups": 10, "blocks": 20}, "RCAN: 10 groups of 20 blocks, 64 features"
    ),
)
"""The networks of Sec. 5.1 in full size, in the order of Table 1."""

SMALL = (
    _model(
        "gpnas-drn-reduced",
        DRN,
        {"features": 24, "blocks": 4, "stages": 2, "reduction": 4},
        "DRN*, reduced: 4 dense residual blocks of 2 stages, 24 features",
    ),
    _model(
        "gpnas-rcan-star-reduced",
        RCAN,
        {"features": 32, "groups": 2, "blocks": 2, "reduction": 4},
        "RCAN*, reduced: 2 groups of 2 blocks, 32 features",
    ),
    _model(
        "gpnas-rcan-reduced",
        RCAN,
        {"features": 16, "groups": 4, "blocks": 4, "reduction": 4},
        "RCAN, reduced: 4 groups of 4 blocks, 16 features",
    ),
)
"""Reduced networks, of 0.10M to 0.19M parameters.

As in the paper, RCAN* has a quarter of RCAN's blocks and twice its features.
"""

DUAL_MODELS = tuple(
    ModelSpec(
        name,
        f"srbench_gpnas_ensemble.dual_regression:{build}",
        (4.0,),
        {"blocks": blocks, "features": features},
        paper=GUO,
        summary=summary,
    )
    for size, blocks, features, letter in (("", 30, 16, "S"), ("-large", 40, 20, "L"))
    for name, build, summary in (
        (DUAL + size, "DualRegressionNetwork", f"dual regression network DRN-{letter}"),
        (DUAL + size + WITH_DUALS, "ClosedLoop", f"dual regression network DRN-{letter}, with its dual networks"),
    )
)

MODELS = (*NETWORKS, *SMALL, *map(equal_size, (*NETWORKS, *SMALL)), *DUAL_MODELS)
