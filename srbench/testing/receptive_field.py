"""Comparison of the declared receptive field of a network with the measured one."""

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
"""Width of the probed strips in LR pixels; the height is enough, since the receptive field of a network is square."""
MARGIN = 8
"""Height of a strip beyond the declared field on either side, in LR pixels."""
CLOSE = 1e-9
"""Largest difference of SR values in float64 that counts as rounding."""


def tile_problem(spec: ModelSpec, scale: float) -> str:
    """Return how the measured radius exceeds the declared one, or SR in tiles differs; empty if neither does.

    The farthest pixels may change SR in tiles by less than `CLOSE`; the gradient shows them nevertheless.
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
    """Return the receptive radius in LR pixels, as text, from the gradient of the SR pixels of one LR row.

    The strip is doubled until the receptive field ends inside it.

    Args:
        spec: The model.
        model: Network of it, in float64.
        scale: Scale that the network is called with.
        declared: Declared receptive radius in LR pixels.

    Returns:
        The radius, or ``more than ...`` if the field does not end inside a strip of eight times the first height.
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
