"""What a strategy has been told, and what it may still ask."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.search.strategy import Forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botorch.models.gpytorch import GPyTorchModel
    from torch import Tensor


class Observations:
    """Candidates as points (n, d), float64, and the values of those that were told."""

    def __init__(self, encodings: Sequence[Sequence[float]]) -> None:
        self.points = torch.tensor(encodings, dtype=torch.float64).reshape(len(encodings), -1)
        self.values: dict[int, float] = {}
        self._diverged: set[int] = set()
        self._dropped: set[int] = set()

    def tell(self, candidate: int, value: float | None) -> None:
        """Take a value in; without one `candidate` is never heard of again."""
        if value is None:
            self._diverged.add(candidate)
        else:
            self.values[candidate] = value

    def drop(self, candidate: int) -> None:
        """Never ask for `candidate`."""
        self._dropped.add(candidate)

    @property
    def open(self) -> list[int]:
        """Candidates that may be asked for."""
        gone = self.values.keys() | self._diverged | self._dropped
        return [one for one in range(len(self.points)) if one not in gone]

    @property
    def evaluated(self) -> int:
        """How much of the budget is spent: on values, and on what diverged."""
        return len(self.values) + len(self._diverged)

    @property
    def x(self) -> Tensor:
        """Points of the told, (m, d)."""
        return self.points[list(self.values)]

    @property
    def y(self) -> Tensor:
        """Their values, (m), standardised by `centre` and `spread`."""
        return (torch.tensor(list(self.values.values()), dtype=torch.float64) - self.centre) / self.spread

    @property
    def centre(self) -> float:
        """Mean of the values."""
        return sum(self.values.values()) / len(self.values)

    @property
    def spread(self) -> float:
        """Standard deviation of the values; 1 where they don't differ, or there are fewer than two."""
        if len(self.values) < 2:
            return 1.0
        return float(torch.tensor(list(self.values.values()), dtype=torch.float64).std()) or 1.0

    def predicted(self, model: GPyTorchModel) -> list[Forecast]:
        """Mean and deviation, noise included, of what a training of each candidate would measure, in its unit."""
        with torch.no_grad():
            posterior = model.posterior(self.points, observation_noise=True)
            means = posterior.mean.squeeze(-1) * self.spread + self.centre
            deviations = posterior.variance.squeeze(-1).sqrt() * self.spread
        return [Forecast(*one) for one in zip(means.tolist(), deviations.tolist(), strict=True)]
