"""Which architectures tell most about all the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor


def greedy(covariance: Tensor, noise: float, known: Sequence[int], allowed: Sequence[int], count: int) -> list[int]:
    """The `count` of `allowed` that, one after the other, add most to the mutual information of the measured with the
    rest.

    Measured values are the functions' values (`covariance`, (n, n), float64) with independent noise of variance
    `noise` above 0. With A what is measured already, the next is the y that maximises the variance of y given A over
    that of y given all but A and y (Krause, Singh and Guestrin 2008, Algorithm 1), which is within 1 - 1/e of the
    best set. Of equals it is the first.
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
    """The ratio of variances of each of `left`."""
    taken = set(chosen)
    rest = [one for one in range(len(measured)) if one not in taken]
    # the variance of one given all others is the inverse of its place on the diagonal of the precision
    precision = torch.linalg.inv(measured[rest][:, rest])
    given_rest = dict(zip(rest, (1 / precision.diagonal()).tolist(), strict=True))
    given_chosen = measured.diagonal()[left]
    if chosen:
        cross = measured[chosen][:, left]
        given_chosen = given_chosen - (cross * torch.linalg.solve(measured[chosen][:, chosen], cross)).sum(0)
    return given_chosen / torch.tensor([given_rest[one] for one in left], dtype=measured.dtype)
