"""A teacher that was trained before, from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.errors import UsageError
from srbench.weights.state_dict import load_state_dict, select_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from torch import Tensor

    from srbench_probabilistic_l1.privileged.network import WithTeacher

ENCODER, NETWORK = "encoder", "network"


def load_teacher(network: WithTeacher, path: Path) -> None:
    """Make `network` the teacher in `path`, which phase ``teacher`` of a recipe made.

    Raises `UsageError` for a file without a teacher, for one of other scales, and for one of another network;
    `WeightsError` where it can't be read.
    """
    state = load_state_dict(path)
    encoder, decoder = select_submodule(state, ENCODER), select_submodule(state, NETWORK)
    if not encoder or not decoder:
        raise UsageError(f"{path}: no teacher (no encoder of HR in it): train one with the phase `teacher` of a recipe")
    found, own = _scales(encoder), _scales(network.encoder.state_dict())
    if found != own:
        raise UsageError(f"{path}: a teacher for {_and(found)}, but the student is for {_and(own)}")
    if other := _difference(decoder, network.network.state_dict()):
        raise UsageError(f"{path}: a teacher of another network than {type(network.network).__name__}: {other}")
    network.network.load_state_dict(dict(decoder))
    network.encoder.load_state_dict(dict(encoder))


def _scales(encoder: Iterable[str]) -> set[str]:
    """``x2``, ``x3``: PerScale's names."""
    return {key.partition(".")[0] for key in encoder}


def _and(scales: set[str]) -> str:
    return " and ".join(sorted(scales))


def _difference(found: Mapping[str, Tensor], own: Mapping[str, Tensor]) -> str:
    """The first tensor that one of both hasn't got, or that has other sizes; empty where they are alike."""
    for key in sorted({*found, *own}):
        if key not in found or key not in own:
            return f"only {'it' if key in found else 'the student'} has {key}"
        if found[key].shape != own[key].shape:
            return f"its {key} is {tuple(found[key].shape)}, the student's {tuple(own[key].shape)}"
    return ""
