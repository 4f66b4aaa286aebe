"""Rank statistics of methods over the images of several datasets, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

RESAMPLINGS = 1000
SEED = 0
"""Seed of the bootstrap, so that a page drawn again has the same intervals."""
LEVEL = 95.0
"""Coverage of the intervals in percent."""


@dataclass(frozen=True)
class Standing:
    """Rank statistics of one method among its rivals."""

    method: str
    mean_rank: float
    """Mean over the datasets of the rank (1 is best) of the dataset's mean; equal means share their mean rank."""
    rank_interval: tuple[float, float]
    win_rate: float
    """Share of pairs (image, rival) in which the method is better, in [0, 1]; ties count one half. Datasets count
    equally, however many images they have."""
    win_interval: tuple[float, float]


def standings(
    values: Mapping[str, Mapping[str, Mapping[str, float]]], *, higher_is_better: bool
) -> tuple[Standing, ...]:
    """Return the standing of each method, the best mean rank first.

    Intervals are percentile bootstrap intervals over the images, which are drawn within each dataset.

    Args:
        values: Value by method, dataset and image.
        higher_is_better: Whether a higher value is better.

    Returns:
        One standing per method that has a value for all common images; empty for fewer than two methods or if no image
        is common to all.
    """
    methods = sorted(values)
    blocks = _blocks(values, methods)
    if len(methods) < 2 or not blocks:
        return ()
    sign = 1.0 if higher_is_better else -1.0
    blocks = [sign * block for block in blocks]
    ranks, wins = _mean_ranks([block.mean(axis=1) for block in blocks]), _win_rates(blocks)
    random = np.random.default_rng(SEED)
    win_blocks = [_wins_by_image(block) for block in blocks]
    drawn_ranks, drawn_wins = [], []
    for _ in range(RESAMPLINGS):
        drawn = [random.integers(0, block.shape[1], (block.shape[1],)) for block in blocks]
        drawn_ranks.append(_mean_ranks([_mean(block, images) for block, images in zip(blocks, drawn, strict=True)]))
        wins_drawn = [_mean(block, images) for block, images in zip(win_blocks, drawn, strict=True)]
        drawn_wins.append(np.mean(wins_drawn, axis=0))
    rank_ends, win_ends = _ends(drawn_ranks), _ends(drawn_wins)
    listed = [
        Standing(method, float(ranks[i]), rank_ends[i], float(wins[i]), win_ends[i]) for i, method in enumerate(methods)
    ]
    return tuple(sorted(listed, key=lambda standing: (standing.mean_rank, -standing.win_rate, standing.method)))


def _mean(block: NDArray[np.float64], images: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.asarray(block[:, images].mean(axis=1), dtype=np.float64)


def _blocks(
    values: Mapping[str, Mapping[str, Mapping[str, float]]], methods: Sequence[str]
) -> list[NDArray[np.float64]]:
    """Return an array (methods, images) for each dataset, of the images that all methods have a finite value for."""
    blocks = []
    datasets = set.intersection(*(set(values[method]) for method in methods)) if methods else set()
    for dataset in sorted(datasets):
        images = sorted(set.intersection(*(set(values[method][dataset]) for method in methods)))
        block = np.array([[values[method][dataset][image] for image in images] for method in methods], dtype=float)
        block = block[:, np.isfinite(block).all(axis=0)] if images else block
        if block.size:
            blocks.append(block)
    return blocks


def _mean_ranks(means: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    ranks: NDArray[np.float64] = np.array([rankdata(-column) for column in means], dtype=np.float64)
    return np.asarray(ranks.mean(axis=0), dtype=np.float64)


def _wins_by_image(block: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the share of rivals that each method beats on each image, (methods, images)."""
    count = block.shape[0]
    ranks = np.apply_along_axis(rankdata, 0, block)  # 1 is the worst: rank - 1 rivals are below, ties count one half
    return np.asarray((ranks - 1) / (count - 1), dtype=np.float64)


def _win_rates(blocks: Sequence[NDArray[np.float64]]) -> NDArray[np.float64]:
    return np.asarray(np.mean([_wins_by_image(block).mean(axis=1) for block in blocks], axis=0), dtype=np.float64)


def _ends(drawn: Sequence[NDArray[np.float64]]) -> list[tuple[float, float]]:
    tail = (100 - LEVEL) / 2
    low, high = np.percentile(np.array(drawn), [tail, 100 - tail], axis=0)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
