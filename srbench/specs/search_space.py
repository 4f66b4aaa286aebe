"""Architecture search spaces, declared as data. Plain values; nothing here imports numpy or torch."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from srbench.errors import PluginError, UnknownName

Architecture = Mapping[str, Any]
"""A value for each choice, by name of the model's parameter."""

RANDOM = "random"
BUILTIN_STRATEGIES = {RANDOM: "srbench.search.random_search:RandomSearch"}


@dataclass(frozen=True)
class SearchSpace:
    """A space of networks of one model that differ in a few parameters, and the strategies that search it.

    An architecture is evaluated by training it with `recipe` and measuring it on that recipe's validation images.
    """

    name: str
    recipe: str
    """Name of the `Recipe`; `choices` are parameters of its model."""
    choices: Mapping[str, tuple[Any, ...]]
    """Possible values by parameter."""
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    """Parameters that all architectures share, in addition to the model's."""
    scale: float | None = None
    """Scale to train at, for a model with separate weights per scale; None: the recipe's only scale."""
    strategies: Mapping[str, str] = field(default_factory=dict)
    """``"module:attribute"`` of each `srbench.Strategy` by name; the first is the default, and ``random`` is always
    available."""
    paper: str = ""
    summary: str = ""

    def __post_init__(self) -> None:
        for name, values in self.choices.items():
            if not values or len(set(values)) < len(values):
                raise PluginError(
                    f"search space {self.name}: {name} has the values {values}; give one or more, each once"
                )
        if not self.choices:
            raise PluginError(f"search space {self.name}: no choices; name a parameter and its values")

    @property
    def architectures(self) -> tuple[Architecture, ...]:
        """All combinations of the choices, the last choice changing fastest."""
        return tuple(dict(zip(self.choices, values, strict=True)) for values in product(*self.choices.values()))

    def encode(self, architecture: Architecture) -> tuple[float, ...]:
        """Return `architecture` as a point of [0, 1]^d.

        A choice of positive numbers has one coordinate: the logarithm, scaled so that the smallest value is 0 and the
        largest 1, so that doubling a width always adds the same. Any other choice has one coordinate per value except
        the first, which is 1 if that value is chosen. A choice with a single value has none.
        """
        return tuple(coordinate for name in self.choices for coordinate in self._coordinates(name, architecture[name]))

    def _coordinates(self, name: str, value: Any) -> tuple[float, ...]:
        values = self.choices[name]
        if len(values) == 1:
            return ()
        if all(isinstance(entry, int | float) and not isinstance(entry, bool) and entry > 0 for entry in values):
            low, high = math.log(min(values)), math.log(max(values))
            return (min(max((math.log(value) - low) / (high - low), 0.0), 1.0),)
        return tuple(float(value == entry) for entry in values[1:])

    def label(self, architecture: Architecture) -> str:
        """Return the architecture as text, e.g. ``features=16,blocks=4``."""
        return ",".join(f"{name}={architecture[name]}" for name in self.choices)

    def strategy(self, name: str = "") -> tuple[str, str]:
        """Return the name and the ``"module:attribute"`` of a strategy; empty: the default.

        Raises:
            UnknownName: if there is no strategy of that name.
        """
        known = {**self.strategies, **BUILTIN_STRATEGIES}
        name = name or next(iter(known))
        if name not in known:
            raise UnknownName("strategy", name, known, f"of search space {self.name}")
        return name, known[name]
