"""The metric `evaluations`: the cost of a forward pass of a solver, in evaluations of f."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench import Unavailable, demo_images, read_image, to_tensor
from srbench_ode_ivp.model import Ivp

if TYPE_CHECKING:
    from srbench import Subject

SIDE = 64
"""Side of the evaluated image in LR pixels; the count of an adaptive solver depends on it."""


def evaluations(subject: Subject) -> float:
    """Return the number of evaluations of f in a pass over the middle of the first demo photograph.

    For a scheme with a fixed step, the number is the same for every image.

    Raises:
        Unavailable: if the model does not solve an ODE.
    """
    if not isinstance(subject.model, Ivp):
        raise Unavailable("its network is evaluated once: it solves no ODE")
    _, path = demo_images()[0]
    image = read_image(path)
    top, left = ((side - SIDE) // 2 for side in image.shape[:2])
    lr = to_tensor(image[top : top + SIDE, left : left + SIDE], subject.device)
    with torch.inference_mode():
        subject.forward(lr)
    return float(subject.model.evaluations)
