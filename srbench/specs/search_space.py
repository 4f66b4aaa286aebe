"""A space of architectures, declared as data. Plain values; nothing here imports numpy or torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from srbench.errors import PluginError, UnknownName

Architecture = Mapping[str, Any]
"""One value for each choice, by the name of the model's parameter."""

RANDOM = "random"
BUILTIN_STRATEGIES = {RANDOM: "srbench.search.random_search:RandomSearch"}


@dataclass(frozen=True)
class SearchSpace:
    """Networks of one model that differ in a few parameters, and who chooses among them.

    An architecture is evaluated by training it with `recipe` and measuring it on that recipe's validation images.
    """

    name: str
    recipe: str
    """Name of the `Recipe`, whose model's parameters `choices` are."""
    choices: Mapping[str, tuple[Any, ...]]
    """Parameter -> the values that it may have."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that all architectures share, beside the model's own."""
    scale: float | None = None
    """Where the model has weights of its own for each scale: which; None: the recipe has one only."""
    strategies: Mapping[str, str] = field(default_factory=dict)
    """Name -> ``"module:attribute"`` of a `srbench.search.strategy.Strategy`, the first being the default; ``random``
    is always there."""
    paper: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        for name, values in self.choices.items():
            if not values or len(set(values)) < len(values):
                raise PluginError(f"search space {self.name}: {name} has the values {values}: one or more, each once")
        if not self.choices:
            raise PluginError(f"search space {self.name} has no choices: name a parameter and its values")

    @property
    def architectures(self) -> tuple[Architecture, ...]:
        """Every combination, the last choice changing fastest."""
        return tuple(dict(zip(self.choices, values, strict=True)) for values in product(*self.choices.values()))

    def encode(self, architecture: Architecture) -> tuple[float, ...]:
        """`architecture` as a point of [0, 1]^d.

        Positive numbers have one coordinate, their logarithm between that of the least (0) and the greatest (1) value:
        what doubles the width adds the same, wherever it begins. Anything else has one coordinate for each value but
        the first, 1 where it is that value. A choice of a single value has none.
        """
        return tuple(place for name in self.choices for place in self._coordinates(name, architecture[name]))

    def _coordinates(self, name: str, value: Any) -> tuple[float, ...]:
        values = self.choices[name]
        if len(values) == 1:
            return ()
        if all(isinstance(one, int | float) and not isinstance(one, bool) and one > 0 for one in values):
            low, high = math.log(min(values)), math.log(max(values))
            return (min(max((math.log(value) - low) / (high - low), 0.0), 1.0),)
        return tuple(float(value == one) for one in values[1:])

    def label(self, architecture: Architecture) -> str:
        """``features=16,blocks=4``."""
        return ",".join(f"{name}={architecture[name]}" for name in self.choices)

    def strategy(self, name: str = "") -> tuple[str, str]:
        """Name and ``"module:attribute"`` of a strategy; empty: the default. Raises `UnknownName`."""
        known = {**self.strategies, **BUILTIN_STRATEGIES}
        name = name or next(iter(known))
        if name not in known:
            raise UnknownName("strategy", name, known, f"of search space {self.name}")
        return name, known[name]
