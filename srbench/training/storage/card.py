"""The card of a finished training: what a reader of the weights must know."""

from __future__ import annotations

WEIGHTS = "weights.safetensors"


CARD = "card.json"
