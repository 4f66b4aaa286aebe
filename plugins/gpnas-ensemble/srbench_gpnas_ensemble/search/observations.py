"""The observations of a search strategy, and its open candidates."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench import Forecast

if TYPE_CHECKING:
    from collections.abc import Sequence

    from botorch.models.gpytorch import GPyTorchModel
    from torch import Tensor


class Observations:
    """Candidates as points (n, d), float64, with the recorded values."""

    def __init__(self, encodings: Sequence[Sequence[float]]) -> None:
        self.points = torch.tensor(encodings, dtype=torch.float64).reshape(len(encodings), -1)
        self.values: dict[int, float] = {}
        self._diverged: set[int] = set()
        self._dropped: set[int] = set()

    def tell(self, candidate: int, value: float | None) -> None:
        """Record the value of `candidate`; None closes it without a value, because its training diverged."""
        if value is None:
            self._diverged.add(candidate)
        else:
            self.values[candidate] = value

    def drop(self, candidate: int) -> None:
        """Exclude `candidate` from the open candidates."""
        self._dropped.add(candidate)

    @property
    def open(self) -> list[int]:
        """Indices of the candidates that may still be evaluated."""
        gone = self.values.keys() | self._diverged | self._dropped
        return [candidate for candidate in range(len(self.points)) if candidate not in gone]

    @property
    def evaluated(self) -> int:
        """Number of evaluated candidates, diverged trainings included."""
        return len(self.values) + len(self._diverged)

    @property
    def x(self) -> Tensor:
        """Points of the candidates with a value, (m, d)."""
        return self.points[list(self.values)]

    @property
    def y(self) -> Tensor:
        """Recorded values, (m), standardised by `centre` and `spread`."""
        return (torch.tensor(list(self.values.values()), dtype=torch.float64) - self.centre) / self.spread

    @property
    def centre(self) -> float:
        """Mean of the recorded values."""
        return sum(self.values.values()) / len(self.values)

    @property
    def spread(self) -> float:
        """Standard deviation of the recorded values; 1 if they are equal or fewer than two."""
        if len(self.values) < 2:
            return 1.0
        return float(torch.tensor(list(self.values.values()), dtype=torch.float64).std()) or 1.0

    def predicted(self, model: GPyTorchModel) -> list[Forecast]:
        """Return mean and standard deviation, noise included, of each candidate's value by `model`, in its own unit."""
        with torch.no_grad():
            posterior = model.posterior(self.points, observation_noise=True)
            means = posterior.mean.squeeze(-1) * self.spread + self.centre
            deviations = posterior.variance.squeeze(-1).sqrt() * self.spread
        return [Forecast(*pair) for pair in zip(means.tolist(), deviations.tolist(), strict=True)]
