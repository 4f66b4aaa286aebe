"""Times on a device whose work is queued: the clock is read only when the queue is empty."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

WARM_UP = 3
"""Untimed calls: cuDNN chooses its algorithms, the allocator gets its memory, torch.compile compiles."""


def synchronize(device: str) -> None:
    """Wait until the device has done all that was queued."""
    if device.startswith("cuda"):
        torch.cuda.synchronize(device)


def milliseconds(
    function: Callable[[], object], device: str, *, rounds: int = 11, seconds: float = 3.0, calls: int = 1
) -> float:
    """Return the median time of a call.

    Args:
        function: What is timed.
        device: The device that it works on.
        rounds: Number of timed rounds.
        seconds: Time after which no further round starts; one is always timed.
        calls: Number of calls in a round, queued one after the other.
    """
    for _ in range(WARM_UP):
        function()
    taken: list[float] = []
    while not taken or (len(taken) < rounds and sum(taken) < seconds):
        synchronize(device)
        started = perf_counter()
        for _ in range(calls):
            function()
        synchronize(device)
        taken.append(perf_counter() - started)
    return 1000 * median(taken) / calls
