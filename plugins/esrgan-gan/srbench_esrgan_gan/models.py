"""Models: the report's networks, ESRGAN's network, and reduced networks that a CPU can train."""

from __future__ import annotations

from typing import Any

from srbench import KeyLayout, ModelSpec
from srbench_esrgan_gan.rrdb_size import receptive_radius

PAPER = "De Vena, Applied Machine Learning Systems II report (ELEC0135), 22/23"
ESRGAN_PAPER = "Wang et al. 2018, ESRGAN, arXiv:1809.00219"
BUILD = "srbench_esrgan_gan.rrdb:RRDBNet"
RRDB = KeyLayout("xinntao/ESRGAN or XPixelGroup/BasicSR", "srbench_esrgan_gan.checkpoint:convert_rrdb")
DEPTHS = (2, 10, 15)
"""Numbers of RRDBs of the report's networks (Table 1)."""
ESRGAN_BLOCKS = 23
REDUCED: dict[str, Any] = {"features": 16, "growth": 8}
"""Arguments of the reduced networks, for a CPU: a quarter of the full 64 features and growth of 32."""


def model(name: str, blocks: int, summary: str, paper: str = PAPER, **kwargs: Any) -> ModelSpec:
    """Return the spec of an RRDBNet at x4.

    Args:
        name: the model's name.
        blocks: number of RRDBs.
        summary: one-line description.
        paper: the source of the network.
        **kwargs: further arguments of `RRDBNet`.
    """
    return ModelSpec(
        name,
        BUILD,
        scales=(4.0,),
        kwargs={"blocks": blocks, **kwargs},
        receptive_radius=receptive_radius(blocks),
        layouts=(RRDB,),
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
