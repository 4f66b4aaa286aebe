"""Names of the files of a training, and the folders of an output folder that hold them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

TRAININGS = "training"
"""Name of the folder, in an output folder, that has a folder for each training."""

CARD = "card.json"
"""Name of the card; its presence marks a training as finished."""
WEIGHTS = "weights.safetensors"
"""Name of the file with a training's result."""
BEST = "best.safetensors"
"""Name of the file with the weights of the best validation."""
STATE = "last.pt"
"""Name of the state file of the last checkpoint."""
RECIPE = "recipe.json"
"""Name of the file with the identity of the training's job."""
INPUTS = "images.json"
"""Name of the file that says what images a training has read."""
CURVE = "curve.csv"
"""Name of the file with the learning curve."""


def training_folders(root: Path, pattern: str = "*") -> list[Path]:
    """Return what lies among the trainings of an output folder, by name.

    Args:
        root: Output folder; there may be no trainings in it.
        pattern: Pattern that the names match.
    """
    return sorted((root / TRAININGS).glob(pattern))
