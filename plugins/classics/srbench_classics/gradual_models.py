"""Specs of the gradual networks, which refine an image step by step, and Meta-RDN: baselines of the ODE solver."""

from __future__ import annotations

from dataclasses import replace

from srbench import Component, ModelSpec

ANY = None
STATES = "+states"
"""End of the name of a model whose intermediate images are supervised in training."""
REDUCED = "-reduced"
"""End of the name of a network that a CPU can train."""


def with_states(model: ModelSpec, *, output: bool = True) -> ModelSpec:
    """Return `model` as it is trained: its intermediate images are handed out, the last one only if `output`.

    The weights that a method needs are those of its submodule `network`.
    """
    kwargs = {"build": Component(model.name, model.build, model.version), "kwargs": dict(model.kwargs)}
    return replace(
        model,
        name=model.name + STATES,
        build="srbench_classics.supervised:WithStates",
        kwargs=kwargs if output else {**kwargs, "output": False},
        features="",
        summary=f"{model.summary}; hands out its intermediate images in training",
    )


NETWORKS = (
    ModelSpec(
        "drcn",
        "srbench_classics.drcn:DRCN",
        scales=ANY,
        joint=True,
        receptive_radius=22,
        paper="Kim et al., CVPR 2016",
        summary="16 recursions on the luma, weighted sum of all their images",
    ),
    ModelSpec(
        "drrn",
        "srbench_classics.drrn:DRRN",
        scales=ANY,
        joint=True,
        receptive_radius=54,
        features="tail",
        paper="Tai et al., CVPR 2017",
        summary="B1U25 on the luma, without batch normalisation, the size that papers print",
    ),
    ModelSpec(
        "drrn-bn",
        "srbench_classics.drrn:DRRN",
        scales=ANY,
        kwargs={"batch_norm": True},
        joint=True,
        receptive_radius=54,
        features="tail",
        paper="Tai et al., CVPR 2017",
        summary="B1U25 on the luma, with batch normalisation, as in the paper",
    ),
    ModelSpec(
        "d-dbpn",
        "srbench_classics.dbpn:DBPN",
        scales=(2, 3, 4, 8),
        receptive_radius=41,
        features="tail",
        paper="Haris et al., CVPR 2018",
        summary="7 up- and 6 down-projections, densely connected",
    ),
    ModelSpec(
        "srfbn",
        "srbench_classics.srfbn:SRFBN",
        scales=(2, 3, 4),
        receptive_radius=51,
        features="reconstruct",
        paper="Li et al., CVPR 2019",
        summary="4 steps of a feedback block of 6 groups",
    ),
    ModelSpec(
        "srfbn-s",
        "srbench_classics.srfbn:SRFBN",
        scales=(2, 3, 4),
        kwargs={"groups": 3, "features": 32},
        receptive_radius=27,
        features="reconstruct",
        paper="Li et al., CVPR 2019",
        summary="4 steps of a feedback block of 3 groups, 32 features",
    ),
    ModelSpec(
        "meta-rdn",
        "srbench_classics.meta_sr:MetaRDN",
        scales=ANY,
        joint=True,
        receptive_radius=133,
        features="upsample",
        paper="Hu et al., CVPR 2019",
        summary="RDN's features, and a kernel predicted for each SR pixel",
    ),
)
SMALL = (
    ModelSpec(
        "drcn-reduced",
        "srbench_classics.drcn:DRCN",
        scales=ANY,
        joint=True,
        kwargs={"recursions": 6, "features": 16},
        receptive_radius=12,
        paper="Kim et al., CVPR 2016",
        summary="DRCN reduced to 6 recursions of 16 features",
    ),
    ModelSpec(
        "lapsrn-reduced",
        "srbench_classics.lapsrn:LapSRN",
        scales=(2, 4, 8),
        kwargs={"depth": 3, "features": 16},
        paper="Lai et al., CVPR 2017",
        summary="LapSRN reduced to 3 convolutions of 16 features a level",
    ),
    ModelSpec(
        "drrn-reduced",
        "srbench_classics.drrn:DRRN",
        scales=ANY,
        joint=True,
        kwargs={"units": 6, "features": 16},
        receptive_radius=16,
        paper="Tai et al., CVPR 2017",
        summary="DRRN reduced to 6 units of 16 features",
    ),
    ModelSpec(
        "d-dbpn-reduced",
        "srbench_classics.dbpn:DBPN",
        scales=(2, 3, 4, 8),
        kwargs={"stages": 2, "features": 8, "shallow": 32},
        paper="Haris et al., CVPR 2018",
        summary="D-DBPN reduced to 2 up-projections of 8 features",
    ),
    ModelSpec(
        "srfbn-reduced",
        "srbench_classics.srfbn:SRFBN",
        scales=(2, 3, 4),
        kwargs={"groups": 2, "features": 8},
        paper="Li et al., CVPR 2019",
        summary="SRFBN reduced to 2 groups of 8 features",
    ),
)
"""Reduced networks for the comparison of ode-ivp, Sec. 4.2, on a CPU."""
SUPERVISED = {"drcn": False, "lapsrn": True, "srfbn": True}
"""Networks whose intermediate images are supervised, and whether their output is one of these."""


def trained_with_states(models: tuple[ModelSpec, ...]) -> tuple[ModelSpec, ...]:
    """Return those of `models` that are supervised on the way, as they are trained."""
    return tuple(
        with_states(model, output=SUPERVISED[name])
        for model in models
        if (name := model.name.removesuffix(REDUCED)) in SUPERVISED
    )


GRADUAL_MODELS = (*NETWORKS, *SMALL, *trained_with_states((*NETWORKS, *SMALL)))
"""All models of this module; LapSRN, which is not among the networks above, is supervised in `models.py`."""
