"""List of pyiqa 0.1.16's metrics, read from ``metrics.csv`` because importing pyiqa takes ten seconds.

Not listed are metrics of a set of images (`fid`, `fid_dinov2`, `sfid`, `inception_score`), of an image and a text
(`clipscore`), and of two distorted images (`fgresq_pair`).
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, cast

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class Listed:
    """Properties of one of pyiqa's metrics."""

    name: str
    reference: bool
    """True for a metric that compares SR with HR."""
    better: Literal["higher", "lower"]
    luma: bool
    """True for a metric of luma, for which pyiqa uses Y of YIQ in [0, 255]."""


def _read() -> Iterator[Listed]:
    text = (files("srbench_pyiqa") / "metrics.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        better = cast("Literal['higher', 'lower']", row["better"])
        yield Listed(row["name"], row["reference"] == "yes", better, row["channels"] == "y")


LISTED = {metric.name: metric for metric in _read()}
"""Metrics by name."""
