"""Pareto front of cost and value."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """Return the indices of the Pareto-optimal (cost, value) points, by increasing cost.

    A point is optimal if no different point costs at most as much and has at least the same value. Duplicates of an
    optimal point are included.
    """
    order = sorted(range(len(points)), key=lambda index: (points[index][0], -points[index][1]))
    optimal: list[int] = []
    for index in order:
        if not optimal or points[index][1] > points[optimal[-1]][1] or points[index] == points[optimal[-1]]:
            optimal.append(index)
    return optimal
