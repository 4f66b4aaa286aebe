"""Attention among pixels with similar hashes (Mei et al. 2021, NLSN; after Kitaev et al. 2020, Reformer)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch.nn.functional import normalize

if TYPE_CHECKING:
    from torch import Tensor

MOST_CODES = 128
"""Maximum number of hash codes, whatever the number of buckets."""


def bucket_attention(queries: Tensor, values: Tensor, directions: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """Compute the attention of each of L pixels to its own bucket and the two adjacent ones, for one round of hashing.

    A pixel's hash code is the nearest of the random directions and their opposites. The pixels are sorted by code and
    cut into buckets. Memory and time grow with L * size, not with L * L.

    Args:
        queries: (B, L, C) queries; a query is matched with the directions (normalised queries) of the other pixels.
        values: (B, L, D) values to average.
        directions: (C, 64) random hash directions.
        size: Pixels per bucket.

    Returns:
        The averaged values (B, L, D) and the logarithm of the summed similarities (B, L, 1), in the order of the input.
    """
    length = queries.shape[1]
    size = min(size, length)
    order = codes(queries, directions, length // size).argsort(dim=1, stable=True)
    # The last bucket is padded with the pixels that precede its own; these are counted twice.
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
    """Return the (B, L) hash codes of (B, L, C) vectors.

    A code is the index of the nearest of the directions and their opposites. The number of codes is the number of
    buckets, rounded up to an even number, and at most `MOST_CODES`.

    Args:
        x: (B, L, C) vectors.
        directions: (C, 64) random directions, of which only as many as needed are used.
        buckets: Number of buckets.
    """
    half = min((buckets + 1) // 2, MOST_CODES // 2)
    along = x.detach() @ directions[:, :half].to(x)
    return torch.cat([along, -along], dim=-1).argmax(dim=-1)


def pick(x: Tensor, index: Tensor) -> Tensor:
    """Return the rows of `x`, (B, L, C), at the positions `index`, (B, M), as (B, M, C)."""
    return x.gather(1, index.unsqueeze(-1).expand(-1, -1, x.shape[-1]))


def in_buckets(x: Tensor, size: int) -> Tensor:
    """Split (B, N * size, C) into buckets, (B, N, size, C)."""
    return x.reshape(x.shape[0], -1, size, x.shape[2])


def with_neighbours(buckets: Tensor) -> Tensor:
    """Concatenate each bucket with the preceding and the following one, cyclically: (B, N, 3 * size, C)."""
    return torch.cat([buckets, buckets.roll(1, dims=1), buckets.roll(-1, dims=1)], dim=2)
