"""What a training cost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping


def ms_per_step(card: Mapping[str, Any]) -> float:
    """Milliseconds a step of the training that `card` is about, on its machine, validation and checkpoints included.

    Of the run that ended it, where it was interrupted. Raises `Unavailable` where that run had no step left to take.
    """
    steps = card["trained_with"]["phases"][-1]["budget"]["steps"] - card["seconds"]["from_step"]
    if steps <= 0:
        raise Unavailable("its last run took no step")
    return 1000 * float(card["seconds"]["this_run"]) / float(steps)
