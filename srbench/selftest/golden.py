"""The golden values: numbers that other people's implementations gave, and how far from them is still right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal


@dataclass(frozen=True)
class Golden:
    """What one metric, or one step on the way to it, should give."""

    name: str
    of: Literal["image", "model", "pixels", "luma", "resize"]
    """What is measured: a metric of images, one of a model, or a step that all of them build on."""
    tolerance: float
    """Largest distance from a golden value that counts as right, in the metric's own unit."""
    reference: str
    """Which implementation, and which version of it, gave the values."""
    cases: tuple[dict[str, Any], ...]
    """Inputs, and under ``value`` a number or nested lists of them."""


def golden_values() -> tuple[Golden, ...]:
    """What ships in ``golden.json``, which ``tests/golden/make_selftest.py`` wrote."""
    text = resources.files(__package__).joinpath("golden.json").read_text(encoding="utf-8")
    return tuple(Golden(**{**one, "cases": tuple(one["cases"])}) for one in json.loads(text))
