"""Choice of the network whose states a figure shows, and of the image on which it shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from srbench import PluginError, Unavailable, suggestion, to_tensor
from srbench_ode_ivp.model import Ivp

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench import FigureContext, Pair


class Network(NamedTuple):
    """An `Ivp` with its weights, and the label of its row in the figure."""

    label: str
    model: Ivp
    device: str

    def states(self, lr: NDArray[np.uint8], scale: float, times: Sequence[float]) -> list[Tensor]:
        """Return the states I(t) at `times`, (1, 3, H, W) each, with one solver step between consecutive times.

        Args:
            lr: a uint8 LR image.
            scale: the scale.
            times: decreasing times from `scale` or below to 1.
        """
        with torch.inference_mode():
            return self.model.states(to_tensor(lr, self.device), scale, times)

    def size_of_slope(self, state: Tensor, t: float) -> NDArray[np.float32]:
        """Return |f(I(t), t)| of `state`, (H, W, 3), in RGB of [0, 1] per unit of t."""
        with torch.inference_mode():
            size: NDArray[np.float32] = self.model.derivative(state, t)[0].abs().permute(1, 2, 0).cpu().numpy()
        return size


def first_at_hand(context: FigureContext, scale: float) -> tuple[Network, list[str]]:
    """Return the network of the first row whose weights are available, and a remark on each row before it.

    Raises:
        Unavailable: if no row has weights.
        PluginError: if the row's model is not an `Ivp`.
    """
    absent = []
    for row in context.figure.rows:
        try:
            upscaler = context.upscaler(context.method(row.method, scale), scale)
        except Unavailable as reason:
            absent.append(f"Not drawn: {row.label}: {reason}.")
            continue
        if not isinstance(upscaler.model, Ivp):
            raise PluginError(f"{row.method} is not an initial value problem; use a model of {Ivp.__module__}:Ivp")
        return Network(row.label, upscaler.model, upscaler.device), absent
    raise Unavailable(" ".join(absent).rstrip("."))


def image_pair(context: FigureContext, dataset: str, image: str, scale: float) -> tuple[Pair, str]:
    """Return LR and HR of an image, and its full name; in a demo run, those of the first demo photograph.

    Args:
        context: the figure's context.
        dataset: name of the dataset.
        image: name of the image.
        scale: the scale.

    Raises:
        Unavailable: if the dataset or the image is missing.
    """
    resolved = context.dataset(dataset, scale)
    names = [files.name for files in resolved.images]
    if not context.demo and image not in names:
        raise Unavailable(f"{resolved.root}: no image {image}{suggestion(image, names)}")
    files = resolved.images[0 if context.demo else names.index(image)]
    return context.pair(resolved, files, scale), f"{resolved.name}/{files.name}"
