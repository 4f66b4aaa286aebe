"""Choice of the architectures that are most informative about all others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def greedy(covariance: Tensor, noise: float, known: Sequence[int], allowed: Sequence[int], count: int) -> list[int]:
    """Return the candidates that add most to the mutual information of measured and unmeasured values, chosen greedily.

    With A the set measured so far, the next candidate y maximises the variance of y given A over the variance of y
    given all but A and y (Krause, Singh and Guestrin 2008, Algorithm 1), which is within 1 - 1/e of the best set. Ties
    go to the first.

    Args:
        covariance: covariance (n, n) of the function values, float64.
        noise: variance, above 0, of the independent noise on measured values.
        known: indices of the candidates that are already measured.
        allowed: indices of the candidates to choose from.
        count: number of candidates to choose.
    """
    measured = covariance + noise * torch.eye(len(covariance), dtype=covariance.dtype)
    chosen, left = list(known), list(allowed)
    picked: list[int] = []
    while left and len(picked) < count:
        best = left[int(torch.argmax(_gains(measured, chosen, left)))]
        picked.append(best)
        chosen.append(best)
        left.remove(best)
    return picked


def _gains(measured: Tensor, chosen: Sequence[int], left: Sequence[int]) -> Tensor:
    """Return the ratio of variances for each of `left`."""
    taken = set(chosen)
    rest = [index for index in range(len(measured)) if index not in taken]
    # the variance of a variable given all others is the inverse of its diagonal entry in the precision matrix
    precision = torch.linalg.inv(measured[rest][:, rest])
    given_rest = dict(zip(rest, (1 / precision.diagonal()).tolist(), strict=True))
    given_chosen = measured.diagonal()[left]
    if chosen:
        cross = measured[chosen][:, left]
        given_chosen = given_chosen - (cross * torch.linalg.solve(measured[chosen][:, chosen], cross)).sum(0)
    return given_chosen / torch.tensor([given_rest[index] for index in left], dtype=measured.dtype)
