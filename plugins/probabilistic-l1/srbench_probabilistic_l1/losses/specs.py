"""Specs of the plugin's losses."""

from __future__ import annotations

from srbench import LossSpec

PAPER = "He and Cheng, Revisiting l1 Loss in Super-Resolution: A Probabilistic View and Beyond, arXiv:2201.10084"
PISR = "Lee et al., Learning with Privileged Information for Efficient Image Super-Resolution, ECCV 2020"
FOLDER = "srbench_probabilistic_l1.losses"

LOSSES = (
    LossSpec(
        "expected-l1",
        f"{FOLDER}.expected:ExpectedL1",
        paper=PAPER,
        summary="l_E, Eq. 8: L1 to samples whose sigma is the error; samples, distribution, threshold",
    ),
    LossSpec(
        "auxiliary-sigma",
        f"{FOLDER}.auxiliary:AuxiliarySigma",
        paper=PAPER,
        summary="Eq. 10: teaches the sigma branch the error; beta, detach, signed, threshold",
    ),
    LossSpec(
        "naive-l1",
        f"{FOLDER}.naive:NaiveL1",
        paper=PAPER,
        summary="Eq. 6: L1 to samples with a trainable sigma, which collapses; samples, distribution",
    ),
    LossSpec(
        "noisy-l1",
        f"{FOLDER}.noisy:NoisyL1",
        paper=PAPER,
        summary="Eq. 7: L1 to a noised HR image (Noise2Noise); sigma, samples, distribution",
    ),
    LossSpec(
        "canny-edge",
        f"{FOLDER}.canny:CannyEdge",
        paper="Seif and Androutsos, Edge-Based Loss Function for Single Image Super-Resolution, ICASSP 2018",
        summary="L1 with more weight on the edges of HR; weight, low, high, radius, distance",
    ),
    LossSpec(
        "riemann",
        f"{FOLDER}.riemann:Riemann",
        paper="Mu et al., Riemannian Loss for Image Restoration, CVPRW 2019",
        summary="distance of structure tensors on the manifold of SPD matrices; metric, window, floor",
    ),
    LossSpec(
        "imitation",
        f"{FOLDER}.privileged:Imitation",
        paper=PISR,
        summary="L1 from LR to what the teacher's encoder makes of HR",
    ),
    LossSpec(
        "teacher",
        f"{FOLDER}.privileged:Teacher",
        paper=PISR,
        summary="how unlikely the teacher's features are to the student; weights (of a teacher), log_scale_floor",
    ),
)
