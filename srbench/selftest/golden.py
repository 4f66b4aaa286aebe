"""Golden values: numbers computed by independent implementations, with tolerances."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal


@dataclass(frozen=True)
class Golden:
    """Golden values of one metric, or of one step in its computation."""

    name: str
    of: Literal["image", "model", "pixels", "luma", "resize"]
    """Kind of measurement: a metric of images, a metric of a model, or a step that metrics build on."""
    tolerance: float
    """Largest accepted deviation from a golden value, in the metric's unit."""
    reference: str
    """Name and version of the implementation that computed the values."""
    cases: tuple[dict[str, Any], ...]
    """Inputs of each case, and under ``value`` the expected number or nested lists of numbers."""


def golden_values() -> tuple[Golden, ...]:
    """Read the golden values from ``golden.json``, which ``tests/golden/make_selftest.py`` writes."""
    text = resources.files(__package__).joinpath("golden.json").read_text(encoding="utf-8")
    return tuple(Golden(**{**entry, "cases": tuple(entry["cases"])}) for entry in json.loads(text))
