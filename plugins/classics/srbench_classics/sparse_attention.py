"""Attention among the pixels that a hash finds alike: Mei et al. 2021 (NLSN), after Kitaev et al. 2020 (Reformer)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import normalize

if TYPE_CHECKING:
    from torch import Tensor

MOST_CODES = 128
"""Of hash codes, however many buckets there are."""


def bucket_attention(queries: Tensor, values: Tensor, directions: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Attention of each of L pixels to its own bucket and the two beside it, for one drawing of the hash.

    `queries` (B, L, C) are matched by what they have in common with the others' direction, `values` (B, L, D) are
    averaged; both come back in order: the averages (B, L, D), and the logarithm (B, L, 1) of how much was matched.
    `directions` (C, 64) are random: the nearest of them and of their opposites is a pixel's code, and the pixels sorted
    by code are cut into buckets of `size`. Memory and time grow with L * size, not L * L.
    """
    length = queries.shape[1]
    size = min(size, length)
    order = codes(queries, directions, length // size).argsort(dim=1, stable=True)
    # The last bucket is filled up with the pixels before its own, which then count twice.
    filled = torch.cat([order, order[:, length - -length % size :]], dim=1)
    query = in_buckets(pick(queries, filled), size)
    key = with_neighbours(normalize(query, dim=-1))
    value = with_neighbours(in_buckets(pick(values, filled), size))
    match = query @ key.mT
    averages = (match.softmax(-1) @ value).flatten(1, 2)[:, :length]
    matched = match.logsumexp(-1, keepdim=True).flatten(1, 2)[:, :length]
    back = order.argsort(dim=1)
    return pick(averages, back), pick(matched, back)


def codes(x: Tensor, directions: Tensor, buckets: int) -> Tensor:
    """(B, L, C) to (B, L) whole numbers: which of the first `directions` or their opposites is nearest.

    There are as many codes as buckets, made even, and at most `MOST_CODES`.
    """
    half = min((buckets + 1) // 2, MOST_CODES // 2)
    along = x.detach() @ directions[:, :half].to(x)
    return torch.cat([along, -along], dim=-1).argmax(dim=-1)


def pick(x: Tensor, index: Tensor) -> Tensor:
    """The rows of `x`, (B, L, C), that `index`, (B, M), names: (B, M, C)."""
    return x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[-1]))


def in_buckets(x: Tensor, size: int) -> Tensor:
    """(B, N * size, C) to (B, N, size, C)."""
    return x.reshape(x.shape[0], -1, size, x.shape[2])


def with_neighbours(buckets: Tensor) -> Tensor:
    """(B, N, size, C) to (B, N, 3 * size, C): each bucket, the one before and the one after, in a ring."""
    return torch.cat([buckets, buckets.roll(1, dims=1), buckets.roll(-1, dims=1)], dim=2)
