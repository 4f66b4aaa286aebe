"""Weights that srbench trained and ships: the three networks, reduced, and their ensembles."""

from __future__ import annotations

from itertools import combinations

from srbench import MethodSpec, bundled_weights
from srbench_gpnas_ensemble.models import PAPER, REDUCED, SCALES

LICENCE = "Apache-2.0; trained on images that are for research use"
END = f"{REDUCED}-shipped"
PREFIX = "gpnas-"
NETWORKS = ("gpnas-drn", "gpnas-rcan-star", "gpnas-rcan")
"""Networks whose reduced versions are shipped, at each of the paper's scales."""


def stem(network: str, scale: float) -> str:
    """Return the file name, without extension, of the reduced `network` at `scale`."""
    return f"{network}{REDUCED}-x{scale:g}"


WEIGHTS = tuple(
    bundled_weights("srbench_gpnas_ensemble", f"weights/{stem(one, scale)}", f"{stem(one, scale)}-bundled", LICENCE)
    for one in NETWORKS
    for scale in SCALES
)
SINGLE = tuple(
    MethodSpec(
        one + END,
        one + REDUCED,
        source="bundled",
        bundled={scale: f"{stem(one, scale)}-bundled" for scale in SCALES},
        paper=PAPER,
        summary="0.1M to 0.2M parameters, trained by srbench on a cut budget",
    )
    for one in NETWORKS
)
MEANS = tuple(
    MethodSpec(
        PREFIX + "+".join(one.removeprefix(PREFIX) for one in several) + END,
        members=tuple(one + END for one in several),
        source="bundled",
        paper=PAPER,
        summary=f"the mean of {len(several)} networks of 0.1M to 0.2M parameters, trained by srbench on a cut budget",
    )
    for size in (2, 3)
    for several in combinations(NETWORKS, size)
)
MEAN = MEANS[-1]
"""The ensemble of all three networks."""
WINNER = MethodSpec(
    f"gpnas-baidu{END}",
    members=MEAN.members,
    ensemble=("self", "patch"),
    source="bundled",
    paper=PAPER,
    summary=f"{MEAN.summary}, with self-ensemble in patches",
)
METHODS = (*SINGLE, *MEANS, WINNER)
STANDS_IN_FOR = {method.name.removesuffix(END): method.name for method in METHODS}
"""Shipped methods that `srbench upscale` takes in place of the paper's networks and ensembles, never released."""
