"""The receptive field of a network: declared, and measured by a probe."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.inference.tiling import tiled
from srbench.models.call import call, prediction_of, predictor, scale_argument
from srbench.testing.network import network, random_lr

if TYPE_CHECKING:
    from torch import nn

    from srbench.specs.model import ModelSpec

WIDTH = 5
"""Width in LR pixels of the strips that are looked at: the field of a network is square."""
MARGIN = 8
"""Height in LR pixels of a strip beyond the declared field, on either side."""
CLOSE = 1e-9
"""Largest difference of SR values in float64 that sums in another order may make."""


def tile_problem(spec: ModelSpec, scale: float) -> str:
    """Return how the measured radius, or SR in tiles, differs from what is declared; empty: it does not.

    In tiles the farthest pixels may count for less than `CLOSE`; their gradient shows them all the same.
    """
    radius = spec.receptive_radius or 0
    model = network(spec, scale).eval().double()
    enlarged = 1.0 if spec.equal_size else float(scale)
    predict = predictor(model, spec.name)
    lr = random_lr(spec, 1, 2 * (radius + MARGIN), WIDTH).double()
    with torch.inference_mode():
        whole = predict(lr, enlarged).sr
        parts = tiled(lambda part: predict(part, enlarged), enlarged, radius + MARGIN, radius)(lr).sr
    worst = float((whole - parts).abs().max())
    measured = reach(spec, model, enlarged, radius)
    if worst <= CLOSE and measured.isdigit() and int(measured) <= radius:
        return ""
    return (
        f"{radius} LR pixels are declared, and the probe measures a radius of {measured}; "
        f"tiles that overlap by the declared radius differ by {worst:.2g} from the whole image"
    )


def reach(spec: ModelSpec, model: nn.Module, scale: float, declared: int) -> str:
    """Return how far the SR pixels of an LR row look, in LR pixels, from the gradient of those pixels.

    Strips are doubled until the field ends inside them.
    """
    height = 2 * declared + 4 * MARGIN
    for _ in range(4):
        lr = random_lr(spec, 1, height, WIDTH).double().requires_grad_()
        sr = prediction_of(call(model, lr, scale, scale_argument(model)), spec.name).sr
        middle = height // 2
        sr[:, :, round(middle * scale) : round((middle + 1) * scale)].sum().backward()  # type: ignore[no-untyped-call]
        if lr.grad is None:
            return "0"
        rows = lr.grad.abs().sum((0, 1, 3)).nonzero().flatten()
        far = int((rows - middle).abs().max()) if len(rows) else 0
        if far < middle - 1:
            return str(far)
        height *= 2
    return f"more than {far}: it may see the whole image, so declare None"
