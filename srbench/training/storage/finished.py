"""Whether a training is finished: its card and its weights are there, whole, and belong together."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from srbench.errors import DataError, TrainingError
from srbench.storage.file_hashes import file_hash
from srbench.training.storage.card import TrainingCard
from srbench.training.storage.names import CARD, WEIGHTS

if TYPE_CHECKING:
    from pathlib import Path

_LENGTH = 8
"""Bytes of the length of the header at the start of a safetensors file."""


def unfinished(folder: Path) -> str:
    """Return why the training in `folder` is not finished; empty if it is."""
    if not (folder / CARD).is_file():
        return f"{CARD} is missing"
    if not (folder / WEIGHTS).is_file():
        return f"{WEIGHTS} is missing"
    try:
        recorded = TrainingCard.read(folder).weights_sha256
        if recorded:
            return "" if file_hash(folder / WEIGHTS) == recorded else f"{WEIGHTS} is not the file that the card is of"
    except TrainingError:
        return f"{CARD} is damaged, or of an older srbench"
    except DataError:
        return f"{WEIGHTS} can't be read"
    return "" if _is_whole(folder / WEIGHTS) else f"{WEIGHTS} is damaged"


def _is_whole(path: Path) -> bool:
    """Return whether a safetensors file has the size that its header says; cards of older versions hold no hash."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(_LENGTH), "little")
            if length > size:
                return False
            header = json.loads(file.read(length))
        ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
        return bool(_LENGTH + length + max(ends, default=0) == size)
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return False
