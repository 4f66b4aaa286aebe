"""Specs of the losses."""

from __future__ import annotations

from srbench import LossSpec

LOSSES = (
    LossSpec(
        "luma",
        "srbench_classics.losses.luma_distance:LumaDistance",
        paper="Dong et al., TPAMI 2016",
        summary="distance between luma images; distance, reduction, border, eps",
    ),
    LossSpec(
        "luma-pyramid",
        "srbench_classics.losses.luma_pyramid:LumaPyramid",
        paper="Lai et al. 2017, Deep Laplacian Pyramid Networks, arXiv:1704.03915",
        summary="Charbonnier distance on the luma of all levels of a pyramid network; eps, reduction",
    ),
    LossSpec(
        "states",
        "srbench_classics.supervised:States",
        paper="Kim et al., CVPR 2016 (DRCN); Lai et al., CVPR 2017; Li et al., CVPR 2019",
        summary="distance of each intermediate image to HR; distance, over",
    ),
)
