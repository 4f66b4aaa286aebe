"""Datasets on which the plugin trains and measures."""

from __future__ import annotations

from srbench import DatasetSpec
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


DEGRADATION = "srbench_gpnas_ensemble.degradation:"
DATASETS = (
    DatasetSpec(
        REAL_LIKE,
        "Set5, Set14 and B100, LR by an unknown blur, downsampling and a camera's noise",
        of=("Set5", "Set14", "B100"),
        lr_made_by=DEGRADATION + "real_like",
    ),
    DatasetSpec(
        REAL_LIKE_TRAIN,
        "T91 and BSDS500, LR by an unknown blur, downsampling and a camera's noise",
        of=("T91", "BSDS500"),
        lr_made_by=DEGRADATION + "real_like",
        split="train",
    ),
    *(
        DatasetSpec(
            equal_size_train(scale),
            f"T91 and BSDS500, LR likewise at x{scale:g}, and enlarged to HR's size",
            of=("T91", "BSDS500"),
            lr_made_by=DEGRADATION + "real_like_equal_size",
            lr_scale=scale,
            equal_size=True,
            split="train",
        )
        for scale in SCALES
    ),
)
