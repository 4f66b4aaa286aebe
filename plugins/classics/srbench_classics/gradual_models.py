"""Specs of the gradual networks, which refine an image step by step, and Meta-RDN: baselines of the ODE solver."""

from __future__ import annotations

from srbench import ModelSpec

ANY = None

GRADUAL_MODELS = (
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
