"""Wrappers around a network's forward pass: ensembles, chosen by name, and conversion for networks of luma.

`self` is the self-ensemble: the mean over the eight flips and rotations of the LR image (Timofte et al. 2016; EDSR,
Sec. 3.3). `patch` is the patch ensemble (`srbench.inference.patch_ensemble`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.errors import UnknownName, UsageError
from srbench.inference.patch_ensemble import patch_ensemble
from srbench.inference.self_ensemble import self_ensemble
from srbench.models.prediction import Prediction
from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from srbench.models.call import Predict
    from srbench.models.prediction import Forward
    from srbench.specs.model import Channels

WRAPPERS: dict[str, Callable[[Forward, float], Forward]] = {
    "self": lambda forward, _scale: self_ensemble(forward),
    "patch": patch_ensemble,
}
"""Wrappers by name; each takes the inner forward pass and its scale, and returns the outer one."""

BLACK, SPAN = 16 / 255, 219 / 255
"""Black, and the distance from black to white, of BT.601 studio-range luma."""


def wrap(forward: Forward, names: tuple[str, ...], scale: float) -> Forward:
    """Return `forward` inside the named wrappers.

    Args:
        forward: The forward pass of the network.
        names: Names of the wrappers, innermost first.
        scale: Upscaling factor.

    Raises:
        UnknownName: if a wrapper is unknown.
        UsageError: if a wrapper is listed twice, which would only cost time.
    """
    for name in names:
        if name not in WRAPPERS:
            raise UnknownName("ensemble", name, WRAPPERS)
        if names.count(name) > 1:
            raise UsageError(f"ensemble {','.join(names)}: {name!r} is listed twice; list each wrapper once")
        forward = WRAPPERS[name](forward, scale)
    return forward


def on_luma(predict: Predict, channels: Channels) -> Predict:
    """Return `predict`, whose network takes and returns `channels`, as a function of RGB images.

    The network enlarges Y, as in papers since SRCNN. Chroma is enlarged by the bicubic interpolation of MATLAB's
    ``imresize``. The standard deviation of luma is dropped, since it is not that of RGB.

    Args:
        predict: The network.
        channels: Channels of the network (`ModelSpec.channels`); for ``rgb``, `predict` is returned unchanged.
    """
    if channels == "rgb":
        return predict

    def on_rgb(lr: Tensor, scale: float) -> Prediction:
        ycbcr = rgb_to_ycbcr(lr)
        y = ycbcr[:, :1] if channels == "y" else (ycbcr[:, :1] - BLACK) / SPAN
        sr = predict(y, scale).sr
        sr = sr if channels == "y" else sr * SPAN + BLACK
        height, width = sr.shape[-2:]
        chroma = imresize(ycbcr[:, 1:], scale, size=(height, width))
        return Prediction(ycbcr_to_rgb(torch.cat([sr, chroma.to(sr)], dim=1)))

    return on_rgb
