"""The report's networks, ESRGAN's, and reduced ones that a CPU can train."""

from __future__ import annotations

from typing import Any

from srbench import ModelSpec

PAPER = "De Vena, Applied Machine Learning Systems II report (ELEC0135), 22/23"
ESRGAN_PAPER = "Wang et al. 2018, ESRGAN, arXiv:1809.00219"
BUILD = "srbench_esrgan_gan.rrdb:RRDBNet"
DEPTHS = (2, 10, 15)
"""RRDBs of the report's networks (Table 1)."""
ESRGAN_BLOCKS = 23
REDUCED: dict[str, Any] = {"features": 16, "growth": 8}
"""For a CPU: a quarter of 64 and 32."""


def model(name: str, blocks: int, summary: str, paper: str = PAPER, **kwargs: Any) -> ModelSpec:
    """An RRDBNet at x4."""
    return ModelSpec(
        name,
        BUILD,
        scales=(4.0,),
        kwargs={"blocks": blocks, **kwargs},
        receptive_radius=15 * blocks + 4,  # `rrdb.receptive_radius`, which imports torch
        paper=paper,
        summary=summary,
    )


MODELS = (
    *(model(f"esrgan-cnn-{depth}", depth, f"the report's CNN with {depth} RRDBs") for depth in DEPTHS),
    *(
        model(f"esrgan-cnn-{depth}-reduced", depth, f"{depth} RRDBs, reduced to 16 features, growth 8", **REDUCED)
        for depth in DEPTHS
    ),
    model("esrgan", ESRGAN_BLOCKS, "ESRGAN's RRDBNet: 23 RRDBs", ESRGAN_PAPER),
)
