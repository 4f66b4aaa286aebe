"""Networks of luma alone: they enlarge Y, and the two chroma channels are interpolated, as in papers since SRCNN."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch

from srbench.models.prediction import Prediction
from srbench.nn.colour import rgb_to_ycbcr, ycbcr_to_rgb
from srbench.nn.resize import imresize

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.models.call import Predict
    from srbench.specs.model import Channels

BLACK, SPAN = 16 / 255, 219 / 255
"""Black, and the distance from black to white, of BT.601 studio-range luma."""


def on_luma(predict: Predict, channels: Channels) -> Predict:
    """Return `predict`, whose network takes and returns `channels`, as a function of RGB images.

    Chroma is enlarged by the bicubic interpolation of MATLAB's ``imresize``. The standard deviation of luma is dropped,
    since it is none of RGB.

    Args:
        predict: The network.
        channels: Channels of the network (`ModelSpec.channels`); for ``rgb``, `predict` is returned as it is.
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
