"""Datasets on which the plugin trains and measures."""

from __future__ import annotations

from srbench import Degradation, DerivedDatasetSpec
from srbench_gpnas_ensemble.models import SCALES

AIM = "AIM2020"
REAL_PAIRS = "RealSR-sample"
REAL_LIKE = "Real-like"
"""Name of Set5, Set14 and B100 with LR images made by `srbench_gpnas_ensemble.degradation:real_like`."""
REAL_LIKE_TRAIN = "Real-like-train"
"""Name of T91 and BSDS500 with LR images made by the same degradation."""


def equal_size_train(scale: float) -> str:
    """Return the name of T91 and BSDS500 with LR images of HR size, as if taken at 1/`scale` of the focal length."""
    return f"{REAL_LIKE_TRAIN}-equal-X{scale:g}"


REAL_LIKE_DEGRADATION = Degradation("real-like", "srbench_gpnas_ensemble.degradation:real_like")
DATASETS = (
    DerivedDatasetSpec(
        REAL_LIKE,
        "Set5, Set14 and B100, LR by an unknown blur, downsampling and a camera's noise",
        sources=("Set5", "Set14", "B100"),
        degradation=REAL_LIKE_DEGRADATION,
    ),
    DerivedDatasetSpec(
        REAL_LIKE_TRAIN,
        "T91 and BSDS500, LR by an unknown blur, downsampling and a camera's noise",
        sources=("T91", "BSDS500"),
        degradation=REAL_LIKE_DEGRADATION,
        split="train",
    ),
    *(
        DerivedDatasetSpec(
            equal_size_train(scale),
            f"T91 and BSDS500, LR likewise at x{scale:g}, and enlarged to HR's size",
            sources=("T91", "BSDS500"),
            degradation=Degradation(
                "real-like-equal-size",
                "srbench_gpnas_ensemble.degradation:real_like_equal_size",
                scale=scale,
                equal_size=True,
            ),
            split="train",
        )
        for scale in SCALES
    ),
)
