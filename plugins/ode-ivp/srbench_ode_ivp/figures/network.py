"""The network whose inside a figure shows, and the image that it is shown on."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from srbench import PluginError, Unavailable
from srbench.errors import suggestion
from srbench.models.tensors import to_tensor
from srbench_ode_ivp.model import Ivp

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.data.datasets.pairs import Pair
    from srbench.figures.context import FigureContext


class Network(NamedTuple):
    """An `Ivp` with its weights, and the label of the figure's row that it fills."""

    label: str
    model: Ivp
    device: str

    def states(self, lr: NDArray[np.uint8], scale: float, times: Sequence[float]) -> list[Tensor]:
        """I(t) at `times`, (1, 3, H, W) each, of a uint8 LR image; one step of the solver from each to the next."""
        with torch.inference_mode():
            return self.model.states(to_tensor(lr, self.device), scale, times)

    def size_of_slope(self, state: Tensor, t: float) -> NDArray[np.float32]:
        """|f(I(t), t)|, (H, W, 3), in RGB of [0, 1] per unit of t."""
        with torch.inference_mode():
            size: NDArray[np.float32] = self.model.derivative(state, t)[0].abs().permute(1, 2, 0).cpu().numpy()
        return size


def first_at_hand(context: FigureContext, scale: float) -> tuple[Network, list[str]]:
    """The first of the figure's rows whose weights are at hand, and a remark on each row before it.

    Raises `Unavailable` where there is none, `PluginError` for a row that is no initial value problem.
    """
    absent = []
    for row in context.figure.rows:
        try:
            upscaler = context.upscaler(context.method(row.method, scale), scale)
        except Unavailable as reason:
            absent.append(f"Not drawn: {row.label}: {reason}.")
            continue
        if not isinstance(upscaler.model, Ivp):
            raise PluginError(f"{row.method} is no initial value problem: expected a model of {Ivp.__module__}:Ivp")
        return Network(row.label, upscaler.model, upscaler.device), absent
    raise Unavailable(" ".join(absent).rstrip("."))


def image_pair(context: FigureContext, dataset: str, image: str, scale: float) -> tuple[Pair, str]:
    """LR and HR of one image and what it is called; in a demo its first photograph. Raises `Unavailable`."""
    found = context.dataset(dataset, scale)
    names = [one.name for one in found.images]
    if not context.demo and image not in names:
        raise Unavailable(f"{found.root}: no image {image}{suggestion(image, names)}")
    files = found.images[0 if context.demo else names.index(image)]
    return context.pair(found, files, scale), f"{found.name}/{files.name}"
