"""Loading of a trained teacher from its file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench import UsageError, load_state_dict, select_submodule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from torch import Tensor

    from srbench_probabilistic_l1.privileged.network import WithTeacher

ENCODER, NETWORK = "encoder", "network"


def load_teacher(network: WithTeacher, path: Path) -> None:
    """Load the teacher in `path`, the result of phase ``teacher`` of a recipe, into `network`.

    Raises:
        UsageError: if the file has no teacher, or the teacher of other scales or of another network.
        WeightsError: if the file cannot be read.
    """
    state = load_state_dict(path)
    encoder, decoder = select_submodule(state, ENCODER), select_submodule(state, NETWORK)
    if not encoder or not decoder:
        raise UsageError(
            f"{path}: no teacher (no encoder of HR in it); train a teacher with the phase `teacher` of a recipe"
        )
    teacher_scales, student_scales = _scales(encoder), _scales(network.encoder.state_dict())
    if teacher_scales != student_scales:
        raise UsageError(
            f"{path}: a teacher for {_joined(teacher_scales)}, but the student is for {_joined(student_scales)}; name "
            "a teacher of the same scales"
        )
    if difference := _difference(decoder, network.network.state_dict()):
        raise UsageError(f"{path}: a teacher of another network than {type(network.network).__name__}: {difference}")
    network.network.load_state_dict(dict(decoder))
    network.encoder.load_state_dict(dict(encoder))


def _scales(encoder: Iterable[str]) -> set[str]:
    """Return the scales of an encoder under the names of `PerScale`, such as ``x2``."""
    return {key.partition(".")[0] for key in encoder}


def _joined(scales: set[str]) -> str:
    return " and ".join(sorted(scales))


def _difference(teacher: Mapping[str, Tensor], student: Mapping[str, Tensor]) -> str:
    """Return a description of the first tensor that is missing or has another shape; empty if there is none."""
    for key in sorted({*teacher, *student}):
        if key not in teacher or key not in student:
            return f"only {'it' if key in teacher else 'the student'} has {key}"
        if teacher[key].shape != student[key].shape:
            return f"its {key} is {tuple(teacher[key].shape)}, the student's {tuple(student[key].shape)}"
    return ""
