"""The losses of PISR, a teacher that sees HR and its student (Lee et al., ECCV 2020), to which Table 4 compares.

Only its published summary is known here: an encoder of HR is kept close to LR by an imitation loss; the student has the
decoder's architecture and starts from its weights; features are distilled as location and scale of a Laplace
distribution. The layer sizes of the encoder are FSRCNN's, mirrored; the weights of both losses are a choice made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench import UsageError, file_hash
from srbench_probabilistic_l1.privileged.network import WithTeacher
from srbench_probabilistic_l1.privileged.teacher_file import load_teacher

if TYPE_CHECKING:
    from srbench import Batch, Prediction

ADVICE = "train a model made by `with_teacher`"
"""Advice of the error about a network without a teacher."""


class Imitation(nn.Module):
    """The imitation loss: mean |encoded - LR|, which keeps the teacher's encoding of HR similar to LR.

    In the phase of this loss the teacher learns, and the SR image of the prediction is the teacher's.
    """

    def prepare(self, network: nn.Module) -> None:
        """Make the teacher learn.

        Raises:
            UsageError: if `network` has no teacher.
        """
        _with_teacher(network, "imitation").learn("teacher")

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """Return ``{"imitation": scalar >= 0}``, in units of RGB in [0, 1]."""
        return {"imitation": (_aux(prediction, "encoded", "imitation").float() - batch.lr).abs().mean()}


class Teacher(nn.Module):
    """The distillation loss: mean of ``log b + |f - location| / b`` for the teacher's features f.

    It is the negative log-likelihood of f under the Laplace distribution that the student's estimator predicts, less a
    constant, so it can be negative. In the phase of this loss the student learns.

    Args:
        weights: file of the teacher; None for the teacher that the previous phase trained.
        log_scale_floor: least log b; without it, features that the student predicts exactly would be infinitely
            likely.

    Raises:
        UsageError: if `weights` is empty or not a file.
    """

    def __init__(self, *, weights: str | None = None, log_scale_floor: float = -6.0) -> None:
        super().__init__()
        if weights is not None and not Path(weights).is_file():
            problem = f"{weights}: no such file" if weights else "no file is named"
            raise UsageError(
                f"loss teacher needs a trained teacher: {problem}; use --set student.losses.teacher.kwargs.weights=FILE"
            )
        self.weights, self.log_scale_floor = weights, log_scale_floor
        self.weights_used = file_hash(Path(weights)) if weights else "the phase before"
        """Identity of the teacher for the training record: another file of the same name does not resume a training."""

    def prepare(self, network: nn.Module) -> None:
        """Make the student learn, from the teacher that `network` is, or from the teacher in the file.

        Raises:
            UsageError: if `network` has no teacher, or if the file holds the teacher of another scale or network.
        """
        student = _with_teacher(network, "teacher")
        if self.weights:
            load_teacher(student, Path(self.weights))
        student.learn("student")

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:  # noqa: ARG002 - a loss's signature
        """Return ``{"teacher": scalar}``."""
        location, log_scale, features = (
            _aux(prediction, name, "teacher").float() for name in ("location", "log_scale", "taught")
        )
        log_scale = log_scale.clamp(min=self.log_scale_floor)
        return {"teacher": (log_scale + (features - location).abs() * (-log_scale).exp()).mean()}


def _with_teacher(network: nn.Module, loss: str) -> WithTeacher:
    if not isinstance(network, WithTeacher):
        raise UsageError(f"loss {loss} needs a network with a teacher, not {type(network).__name__}; {ADVICE}")
    return network


def _aux(prediction: Prediction, name: str, loss: str) -> Tensor:
    if name not in prediction.aux:
        raise UsageError(f"loss {loss} needs `{name}` of the prediction of a network with a teacher; {ADVICE}")
    return prediction.aux[name]
