"""What a metric that is a class is built with."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class MetricSetup:
    """Where a metric's own network runs and where its files are.

    `weights` maps each name in `MetricSpec.weights` to a verified file.
    """

    device: str = "cpu"
    weights: Mapping[str, Path] = field(default_factory=dict)
