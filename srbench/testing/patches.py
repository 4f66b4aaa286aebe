"""Sides of the patches that checks try, the smallest first: time grows with the square of the side."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SMALLEST = 8
"""Side of the smallest LR patches in pixels."""
SMALLEST_HR = 32
"""Side of the smallest HR patches in pixels, for recipes that count HR pixels: those that make LR online, and those
whose LR images have the HR size."""


def sides(largest: int, *, of_hr: bool) -> Iterator[int]:
    """Yield sides of patches, each twice the previous side, and last `largest`.

    Args:
        largest: Side of the recipe's patches in pixels.
        of_hr: Whether sides count HR pixels.
    """
    side = SMALLEST_HR if of_hr else SMALLEST
    while side < largest:
        yield side
        side *= 2
    yield largest
