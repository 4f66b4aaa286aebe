"""Weights that srbench trained and ships: the three networks, reduced, and their ensembles."""

from __future__ import annotations

from itertools import combinations

from srbench import MethodSpec, bundled_method
from srbench_gpnas_ensemble.models import PAPER, REDUCED, SCALES

END = f"{REDUCED}-bundled"
FORMER_END = f"{REDUCED}-shipped"
"""End of the methods' names in older versions, which still are aliases."""
PREFIX = "gpnas-"
NETWORKS = ("gpnas-drn", "gpnas-rcan-star", "gpnas-rcan")
"""Networks whose reduced versions are shipped, at each of the paper's scales."""


def stem(network: str, scale: float) -> str:
    """Return the file name, without extension, of the reduced `network` at `scale`."""
    return f"{network}{REDUCED}-x{scale:g}"


_SHIPPED = tuple(
    bundled_method(
        "srbench_gpnas_ensemble",
        {scale: stem(network, scale) for scale in SCALES},
        network + REDUCED,
        paper=PAPER,
        summary="0.1M to 0.2M parameters, trained by srbench on a cut budget",
    )
    for network in NETWORKS
)
WEIGHTS = tuple(spec for weights, _ in _SHIPPED for spec in weights)
SINGLE = tuple(method for _, method in _SHIPPED)
MEANS = tuple(
    MethodSpec(
        PREFIX + "+".join(member.removeprefix(PREFIX) for member in networks) + END,
        members=tuple(member + END for member in networks),
        source="bundled",
        paper=PAPER,
        aliases=(PREFIX + "+".join(member.removeprefix(PREFIX) for member in networks) + FORMER_END,),
        summary=f"the mean of {len(networks)} networks of 0.1M to 0.2M parameters, trained by srbench on a cut budget",
    )
    for size in (2, 3)
    for networks in combinations(NETWORKS, size)
)
MEAN = MEANS[-1]
"""The ensemble of all three networks."""
WINNER = MethodSpec(
    f"gpnas-baidu{END}",
    members=MEAN.members,
    ensemble=("self", "patch"),
    source="bundled",
    paper=PAPER,
    aliases=(f"gpnas-baidu{FORMER_END}",),
    summary=f"{MEAN.summary}, with self-ensemble in patches",
)
METHODS = (*SINGLE, *MEANS, WINNER)
STANDS_IN_FOR = {method.name.removesuffix(END): method.name for method in METHODS}
"""Shipped methods that `srbench upscale` takes in place of the paper's networks and ensembles, never released."""
