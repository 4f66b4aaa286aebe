"""How often a solver asks its network: the cost of a pass, in evaluations of f."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.data.datasets.demo import images
from srbench.errors import Unavailable
from srbench.imaging.image_io import read_image
from srbench.models.tensors import to_tensor
from srbench_ode_ivp.model import Ivp

if TYPE_CHECKING:
    from srbench.metrics import Subject

SIDE = 64
"""LR pixels a side of the picture that is asked for: an adaptive solver's number depends on it."""


def evaluations(subject: Subject) -> float:
    """Evaluations of f in a pass over the middle of the first demo photograph; a fixed scheme's is the same for all.

    Raises `Unavailable` for a network that solves no ODE.
    """
    if not isinstance(subject.model, Ivp):
        raise Unavailable(f"{type(subject.model).__name__} solves no initial value problem")
    _, path = images()[0]
    image = read_image(path)
    top, left = ((side - SIDE) // 2 for side in image.shape[:2])
    lr = to_tensor(image[top : top + SIDE, left : left + SIDE], subject.device)
    with torch.inference_mode():
        subject.forward(lr)
    return float(subject.model.evaluations)
