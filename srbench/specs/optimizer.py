"""Optimizers of a training phase. Plain values; nothing here imports numpy or torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Adam:
    """The hyperparameters of Adam (Kingma and Ba 2015)."""

    betas: tuple[float, float] = (0.9, 0.999)
    eps: float = 1e-8
    weight_decay: float = 0.0


@dataclass(frozen=True)
class Sgd:
    """The hyperparameters of stochastic gradient descent with momentum."""

    momentum: float = 0.9
    weight_decay: float = 0.0
    rate_factors: Mapping[str, float] = field(default_factory=dict)
    """Factors on the learning rate by pattern of parameter names, for example ``*.bias``; where several patterns match,
    their factors are multiplied."""
