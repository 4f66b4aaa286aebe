"""The losses, as values."""

from __future__ import annotations

from srbench import LossSpec

PAPER = "He and Cheng, Revisiting l1 Loss in Super-Resolution: A Probabilistic View and Beyond, arXiv:2201.10084"
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
)
