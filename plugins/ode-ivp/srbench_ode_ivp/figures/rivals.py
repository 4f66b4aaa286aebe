"""Intermediate images of the gradual methods of Sec. 4.2, where their weights are at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import torch

from srbench import Unavailable, imresize_tensor, to_tensor
from srbench_ode_ivp.tables import RIVALS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from torch import Tensor

    from srbench import FigureContext, Pair

REDUCED = "-reduced"


class Intermediates(NamedTuple):
    """Intermediate images of a method: its label, and each shown state's number with its image, (1, 3, H, W)."""

    label: str
    states: list[tuple[int, Tensor]]


def intermediates(context: FigureContext, pair: Pair, scale: float, shown: int) -> Iterator[Intermediates]:
    """Yield the intermediate images of each rival with weights, or else of its reduced network.

    Rivals without weights are left out, as is D-DBPN, which makes a single image, at its end.

    Args:
        context: the figure's context.
        pair: the image.
        scale: the scale.
        shown: largest number of states; they are spread evenly, and the last one is among them.
    """
    for label, (method, scales) in RIVALS.items():
        if scale not in scales:
            continue
        for name, title in ((method, label), (method + REDUCED, f"{label}, reduced")):
            try:
                upscaler = context.upscaler(context.method(name, scale), scale)
            except Unavailable:
                continue
            states = getattr(upscaler.model, "states", None)
            if states is None:
                continue
            with torch.inference_mode():
                images = states(to_tensor(pair.lr, upscaler.device), scale)
                height, width = images[-1].shape[-2:]
                whole = [
                    image
                    if image.shape[-1] == width
                    else imresize_tensor(image, width / image.shape[-1], size=(height, width))
                    for image in images
                ]
            chosen = sorted({len(whole) - 1 - index * (len(whole) - 1) // max(1, shown - 1) for index in range(shown)})
            yield Intermediates(title, [(index + 1, whole[index]) for index in chosen])
            break
