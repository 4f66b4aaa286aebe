"""Settings of a measurement that do not depend on the table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.resolve.method_weights import WeightsChoice


@dataclass(frozen=True)
class Options:
    """Settings of a measurement that do not depend on the table."""

    profile: str = "paper"
    """Budget of trainings; the demo profile also replaces the datasets."""
    source: WeightsChoice = "auto"
    """Source of the weights."""
    seeds: int = 1
    """Number of trainings of each method that is trained here, from seeds 0, 1, ...; the table shows their mean and
    standard deviation."""
    protocol: str = ""
    """Name of the protocol; empty: the table's protocol."""
    device: str = "auto"
    """Device to measure on: ``auto``, ``cpu``, ``cuda`` or ``cuda:N``."""
    tile: int | None = None
    """Side of a tile in LR pixels; 0: never tile; None: tile only images that do not fit into memory."""
    save_images: Path | None = None
    """Folder that receives the SR images."""
