"""Learning curves of the trainings under an output folder."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING, Any

from srbench.errors import SrbenchError
from srbench.training.storage.card import CARD, TrainingCard
from srbench.training.storage.checkpoint import CURVE

if TYPE_CHECKING:
    from pathlib import Path

MOST_POINTS = 400
"""Largest number of points of a curve on the page; a longer one is thinned out evenly."""


def trainings(root: Path) -> list[dict[str, Any]]:
    """Return the learning curve of each training in ``<root>/training``, as plain data, by name of its folder.

    A damaged curve costs itself alone: its reason stands in its place.
    """
    folders = sorted(path.parent for path in (root / "training").glob(f"*/{CURVE}"))
    return [_training(folder) for folder in folders]


def _training(folder: Path) -> dict[str, Any]:
    document: dict[str, Any] = {"name": folder.name, "series": {}, "steps": []}
    try:
        with (folder / CURVE).open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file, strict=True))
        rows = rows[:: -(-len(rows) // MOST_POINTS) or 1]
        document["steps"] = [int(row["step"]) for row in rows]
        names = [name for name in (rows[0] if rows else ()) if name and name != "step"]
        document["series"] = {name: [float(row[name]) if row[name] else None for row in rows] for name in names}
    except (OSError, ValueError, KeyError, TypeError, csv.Error) as error:
        return {"name": folder.name, "problem": f"{folder / CURVE}: not a learning curve ({type(error).__name__})"}
    try:
        card = TrainingCard.read(folder / CARD)
        document["best"] = card.best_psnr
        document["warnings"] = card.warnings
        document["finished"] = True
    except SrbenchError:
        document["finished"] = False
    return document
