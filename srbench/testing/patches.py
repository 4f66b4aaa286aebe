"""Sides of patches, from the smallest on: what is done with them costs the square of their side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST = 8
"""Side of the smallest LR patches in pixels."""
SMALLEST_HR = 32
"""Side in pixels of the smallest patches that count HR pixels: whose LR is made as they are drawn, or of equal size."""


def sides(largest: int, *, of_hr: bool) -> Iterator[int]:
    """Yield sides of patches, each twice the one before, and at last `largest`.

    Args:
        largest: Side of the recipe's patches.
        of_hr: Whether sides count pixels of HR.
    """
    side = SMALLEST_HR if of_hr else SMALLEST
    while side < largest:
        yield side
        side *= 2
    yield largest
