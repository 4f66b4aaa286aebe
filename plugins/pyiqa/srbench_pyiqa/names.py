"""What pyiqa 0.1.16 has, read from ``metrics.csv``, as asking pyiqa itself takes ten seconds.

Left out are its metrics of a set of images (`fid`, `fid_dinov2`, `sfid`, `inception_score`), of an image and a text
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
    """One of pyiqa's metrics."""

    name: str
    reference: bool
    better: Literal["higher", "lower"]
    luma: bool
    """It measures on luma, for which pyiqa takes YIQ's in [0, 255]."""


def _read() -> Iterator[Listed]:
    text = (files("srbench_pyiqa") / "metrics.csv").read_text(encoding="utf-8")
    for row in csv.DictReader(text.splitlines()):
        better = cast("Literal['higher', 'lower']", row["better"])
        yield Listed(row["name"], row["reference"] == "yes", better, row["channels"] == "y")


LISTED = {one.name: one for one in _read()}
