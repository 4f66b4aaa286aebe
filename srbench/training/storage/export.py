"""Export of a training's result in half precision, small enough to ship with a plugin."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.errors import WeightsError
from srbench.training.storage.card import ANEW, TrainingCard
from srbench.training.storage.checkpoint import write_network
from srbench.training.storage.finished import unfinished
from srbench.training.storage.names import CARD, WEIGHTS
from srbench.weights.state_dict import load_state_dict

if TYPE_CHECKING:
    from pathlib import Path


def write_half(folder: Path, target: Path) -> TrainingCard:
    """Write the weights trained in `folder` to `target` in float16; return the training's card.

    Raises:
        WeightsError: if `folder` has no finished training, or if a weight is out of the range of float16.
        TrainingError: if the card is damaged.
        StoreError: if `target` cannot be written.
    """
    card_file = folder / CARD
    if not card_file.is_file():
        raise WeightsError(
            f"{folder}: no finished training there ({CARD} is missing); finish it with srbench train --resume"
        )
    card = TrainingCard.read(card_file)
    state = load_state_dict(folder / WEIGHTS)
    half = {key: value.half() if value.is_floating_point() else value for key, value in state.items()}
    if lost := [key for key, value in half.items() if not bool(torch.isfinite(value).all())]:
        raise WeightsError(f"{folder / WEIGHTS}: {lost[0]} is beyond what float16 can hold")
    if reason := unfinished(folder):
        raise WeightsError(f"{folder}: no finished training there ({reason}); {ANEW}")
    write_network(target, half)
    return card
