"""The teacher network that sees HR, and its student (PISR: Lee et al., ECCV 2020): a rival of Table 4.

What is known of it here is its published summary (an encoder of HR, held to LR by an imitation loss; the student has
the decoder's architecture and its weights to begin with; features are distilled as a Laplace distribution's location
and scale). Layer sizes of the encoder are FSRCNN's, mirrored; the weights of both losses are a choice made here.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from torch import Tensor, nn

from srbench.errors import UsageError
from srbench.storage.file_hashes import file_hash
from srbench_probabilistic_l1.privileged.network import WithTeacher
from srbench_probabilistic_l1.privileged.teacher_file import load_teacher

if TYPE_CHECKING:
    from srbench.losses.batch import Batch
    from srbench.models.prediction import Prediction

MAKES = "train one that `with_teacher` made"


class Imitation(nn.Module):
    """Mean |encoded - LR|: the teacher's encoding of HR stays an image that looks like LR.

    In its phase the teacher learns, and the SR image of the prediction is the teacher's.
    """

    def prepare(self, network: nn.Module) -> None:
        """The teacher learns. Raises `UsageError` for a network without one."""
        _with_teacher(network, "imitation").learn("teacher")

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:
        """``{"imitation": scalar >= 0}``, in units of RGB in [0, 1]."""
        return {"imitation": (_aux(prediction, "encoded", "imitation").float() - batch.lr).abs().mean()}


class Teacher(nn.Module):
    """Mean of ``log b + |f - location| / b``: how unlikely the teacher's features f are to the student's estimator.

    A Laplace distribution's negative log-likelihood, less a constant, so it may be negative. In its phase the student
    learns, from the teacher that the phase before left, or from the one in the file `weights`. `log_scale_floor` is
    the least log b: features that the student predicts exactly would else be infinitely likely.

    Raises `UsageError` where `weights` is empty or no file; `prepare` raises it for a network without a teacher and,
    with the reason, for a file that holds the teacher of another scale or network.
    """

    def __init__(self, *, weights: str | None = None, log_scale_floor: float = -6.0) -> None:
        super().__init__()
        if weights is not None and not Path(weights).is_file():
            what = f"{weights}: no such file" if weights else "no file is named"
            raise UsageError(
                f"loss teacher needs a trained teacher: {what} (--set student.losses.teacher.kwargs.weights=FILE)"
            )
        self.weights, self.log_scale_floor = weights, log_scale_floor
        self.weights_used = file_hash(Path(weights)) if weights else "the phase before"
        """For the record: another file of that name doesn't resume the training."""

    def prepare(self, network: nn.Module) -> None:
        """The student learns, from the teacher that `network` is, or from that of the file."""
        taught = _with_teacher(network, "teacher")
        if self.weights:
            load_teacher(taught, Path(self.weights))
        taught.learn("student")

    def forward(self, prediction: Prediction, batch: Batch) -> dict[str, Tensor]:  # noqa: ARG002 - a loss's signature
        """``{"teacher": scalar}``."""
        location, log_scale, features = (
            _aux(prediction, name, "teacher").float() for name in ("location", "log_scale", "taught")
        )
        log_scale = log_scale.clamp(min=self.log_scale_floor)
        return {"teacher": (log_scale + (features - location).abs() * (-log_scale).exp()).mean()}


def _with_teacher(network: nn.Module, loss: str) -> WithTeacher:
    if not isinstance(network, WithTeacher):
        raise UsageError(f"loss {loss} needs a network with a teacher, not {type(network).__name__}: {MAKES}")
    return network


def _aux(prediction: Prediction, name: str, loss: str) -> Tensor:
    if name not in prediction.aux:
        raise UsageError(f"loss {loss} needs `{name}` of the prediction, which a network with a teacher gives: {MAKES}")
    return prediction.aux[name]
