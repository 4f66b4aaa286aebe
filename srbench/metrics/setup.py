"""Construction argument of metrics that are classes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True)
class MetricSetup:
    """Device and weights files of a metric with a network or parameters.

    `weights` maps each name in `MetricSpec.weights` to a verified file.
    """

    device: str = "cpu"
    weights: Mapping[str, Path] = field(default_factory=dict)
