"""Rank statistics of methods over the images of several datasets, with bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import rankdata

from srbench.stats.levels import CONFIDENCE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

RESAMPLINGS = 1000
SEED = 0
"""Seed of the bootstrap, so that a page drawn again has the same intervals."""


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
    images: int
    """Number of images that are ranked: those for which all methods have a finite value."""


def standings(
    values: Mapping[str, Mapping[str, Mapping[str, float]]], *, higher_is_better: bool
) -> tuple[Standing, ...]:
    """Return the standing of each method, the best mean rank first.

    Intervals are percentile bootstrap intervals over the images, which are drawn within each dataset.

    Args:
        values: Value by method, dataset and image.
        higher_is_better: Whether a higher value is better.

    Returns:
        One standing per method, over the images for which all methods have a finite value; empty for fewer than two
        methods, or without such an image.
    """
    methods = sorted(values)
    blocks = _blocks(values, methods)
    if len(methods) < 2 or not blocks:
        return ()
    sign = 1.0 if higher_is_better else -1.0
    blocks = [sign * block for block in blocks]
    random = np.random.default_rng(SEED)
    ranks, wins = _over_datasets(blocks, [np.arange(block.shape[1])[None] for block in blocks])
    images = sum(block.shape[1] for block in blocks)
    drawn = [random.integers(0, block.shape[1], (RESAMPLINGS, block.shape[1])) for block in blocks]
    rank_ends, win_ends = map(_ends, _over_datasets(blocks, drawn))
    listed = [
        Standing(method, float(ranks[i, 0]), rank_ends[i], float(wins[i, 0]), win_ends[i], images)
        for i, method in enumerate(methods)
    ]
    return tuple(sorted(listed, key=lambda standing: (standing.mean_rank, -standing.win_rate, standing.method)))


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


def _over_datasets(
    blocks: Sequence[NDArray[np.float64]], drawn: Sequence[NDArray[np.int64]]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return mean rank and win rate, each (methods, draws), for each draw of images.

    Args:
        blocks: For each dataset, values (methods, images), of which higher is better.
        drawn: For each dataset, numbers of the drawn images (draws, images).
    """
    methods, draws = blocks[0].shape[0], drawn[0].shape[0]
    ranks, wins = np.zeros((methods, draws)), np.zeros((methods, draws))
    for block, images in zip(blocks, drawn, strict=True):
        beaten = (rankdata(block, axis=0) - 1) / (methods - 1)  # rank 1 is the worst; ties count one half
        for method in range(methods):  # one at a time: all draws of all methods of a large dataset fill the memory
            wins[method] += beaten[method][images].mean(axis=1)
        means = np.stack([values[images].mean(axis=1) for values in block])
        ranks += rankdata(-means, axis=0)
    return ranks / len(blocks), wins / len(blocks)


def _ends(drawn: NDArray[np.float64]) -> list[tuple[float, float]]:
    tail = (100 - 100 * CONFIDENCE) / 2
    low, high = np.percentile(drawn, [tail, 100 - tail], axis=1)
    return [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
