"""Conversion between images (uint8, uint16) and the float tensors of networks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import torch

from srbench.imaging.colour import as_rgb
from srbench.imaging.deep import LEVELS

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


def to_tensor(image: NDArray[Any], device: str, *, grey: Literal["expand", "keep"] = "expand") -> Tensor:
    """Return an image as a (1, C, h, w) float32 tensor in [0, 1].

    Args:
        image: (h, w, 3) RGB or (h, w) grey in levels of 0 to 255, uint8 or floating point.
        device: Device of the tensor.
        grey: ``expand`` repeats a grey image in three channels; ``keep`` keeps its single channel.
    """
    if image.ndim == 2:
        image = image[..., None] if grey == "keep" else as_rgb(image)
    pixels = torch.from_numpy(np.ascontiguousarray(image.transpose(2, 0, 1)))
    return pixels.to(device).float().div(255).unsqueeze(0)


def to_uint8(sr: Tensor, quantise: Literal["round", "truncate"]) -> NDArray[np.uint8]:
    """Return an SR tensor (1, C, H, W) in [0, 1] as a uint8 image (H, W, 3), or (H, W) for one channel.

    Values outside [0, 1] are clipped, and NaN becomes 0. ``round`` rounds to the nearest level, ``truncate`` rounds
    down (``.byte()``, as the authors of CARN and PCARN do).
    """
    return _image(to_levels(sr, quantise)[0])


def to_levels(sr: Tensor, quantise: Literal["round", "truncate"]) -> Tensor:
    """Return SR tensors (B, C, H, W) in [0, 1] as uint8 on their device, converted as by `to_uint8`."""
    levels = _levels(sr, 255)
    if quantise == "round":
        levels = levels.round()
    return levels.nan_to_num(0).byte()


def to_uint16(sr: Tensor) -> NDArray[np.uint16]:
    """Return an SR tensor (1, C, H, W) in [0, 1] as a uint16 image (H, W, 3), or (H, W) for one channel.

    Values outside [0, 1] are clipped, NaN becomes 0, and levels are rounded.
    """
    return _image(_levels(sr, LEVELS)[0].round().nan_to_num(0).int()).astype(np.uint16)


def _levels(sr: Tensor, largest: int) -> Tensor:
    return sr.detach().float().mul(largest).clamp(0, largest)


def _image(levels: Tensor) -> NDArray[Any]:
    image: NDArray[Any] = levels.permute(1, 2, 0).cpu().numpy()
    return image[..., 0] if image.shape[2] == 1 else image
