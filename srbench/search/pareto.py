"""Which points no other beats in both respects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def front(points: Sequence[tuple[float, float]]) -> list[int]:
    """The numbers of those (cost, value) for which no other costs at most as much, is worth at least as much, and
    differs; by rising cost. Equal points are all on it, or none.
    """
    order = sorted(range(len(points)), key=lambda number: (points[number][0], -points[number][1]))
    on: list[int] = []
    for number in order:
        if not on or points[number][1] > points[on[-1]][1] or points[number] == points[on[-1]]:
            on.append(number)
    return on
