"""Means of named scalars between two reports of a training."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


class RunningMeans:
    """Means of named scalars since they were last reported, without waiting for a GPU in between."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._started, self._steps = time.monotonic(), 0

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Take in one step's."""
        self._steps += 1
        for name, value in values.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
            self._counts[name] = self._counts.get(name, 0) + 1

    def means(self) -> dict[str, float]:
        """The mean of each name over the steps that had it."""
        return {name: float(value) / self._counts[name] for name, value in self._sums.items()}

    def steps_per_second(self) -> float:
        """Since the last report, or since the training was taken up."""
        return self._steps / max(time.monotonic() - self._started, 1e-9)

    def state_dict(self) -> dict[str, Any]:
        """What a report after a resume needs to be that of an undisturbed training."""
        return {name: [value.cpu(), self._counts[name]] for name, value in self._sums.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Go on where `state_dict` was taken, on the device of the values to come."""
        self._sums = {name: value for name, (value, _) in state.items()}
        self._counts = {name: count for name, (_, count) in state.items()}
