"""Means of named scalars between two reports of a training."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from torch import Tensor


class RunningMeans:
    """Means of named scalars since the last report; adding to them does not wait for the GPU."""

    def __init__(self) -> None:
        self._sums: dict[str, Tensor] = {}
        self._counts: dict[str, int] = {}
        self._started, self._steps = time.monotonic(), 0

    def add(self, values: Mapping[str, Tensor]) -> None:
        """Add the scalars of one step."""
        self._steps += 1
        for name, value in values.items():
            self._sums[name] = self._sums[name] + value if name in self._sums else value.clone()
            self._counts[name] = self._counts.get(name, 0) + 1

    def means(self) -> dict[str, float]:
        """Return the mean of each scalar over the steps that had it."""
        return {name: float(value) / self._counts[name] for name, value in self._sums.items()}

    def steps_per_second(self) -> float:
        """Return the speed since the last report, or since the training started or resumed."""
        return self._steps / max(time.monotonic() - self._started, 1e-9)

    def state_dict(self) -> dict[str, Any]:
        """Return the sums and counts, so that the first report after a resume covers the steps before it too."""
        return {name: [value.cpu(), self._counts[name]] for name, value in self._sums.items()}

    def load_state_dict(self, state: Mapping[str, Any]) -> None:
        """Restore the sums and counts; later values may be on another device."""
        self._sums = {name: value for name, (value, _) in state.items()}
        self._counts = {name: count for name, (_, count) in state.items()}
