"""Windows of a fixed size that cover an image, for networks that take no other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

OVERLAP = 4
"""Quotient of a window's side and the pixels that are shared with the neighbour on each side."""


def spans(length: int, window: int) -> list[tuple[int, int, int]]:
    """Return the windows that cover `length` pixels, as (start of the window, start and end of the part that is kept).

    Neighbours share at least half a window, and each keeps its part up to the middle of what they share.
    """
    if length <= window:
        return [(0, 0, length)]
    stride = max(window - 2 * (window // OVERLAP), 1)
    starts = [*range(0, length - window, stride), length - window]
    cuts = [0, *((start + before + window + 1) // 2 for before, start in pairwise(starts)), length]
    return [(start, cuts[index], cuts[index + 1]) for index, start in enumerate(starts)]


def in_windows(forward: Callable[[Tensor], Tensor], lr: Tensor, window: tuple[int, int], scale: float) -> Tensor:
    """Return SR of an image, put together from windows that are enlarged one after the other.

    Args:
        forward: The network, for images of the window's size.
        lr: LR image, (B, C, h, w).
        window: Height and width of the windows.
        scale: Scale of the network.

    Returns:
        (B, C, round(h * scale), round(w * scale)).
    """
    height, width = lr.shape[-2:]
    padded = padded_to(lr, max(height, window[0]), max(width, window[1]))
    sr = None
    for top, upper, lower in spans(height, window[0]):
        for left, first, last in spans(width, window[1]):
            part = forward(padded[..., top : top + window[0], left : left + window[1]])
            if sr is None:
                sr = part.new_empty((*part.shape[:-2], round(height * scale), round(width * scale)))
            rows, columns = _scaled(upper, lower, scale), _scaled(first, last, scale)
            shifts = round(top * scale), round(left * scale)
            sr[..., rows, columns] = part[
                ...,
                rows.start - shifts[0] : rows.stop - shifts[0],
                columns.start - shifts[1] : columns.stop - shifts[1],
            ]
    if sr is None:
        raise ValueError(f"image of shape {tuple(lr.shape)}: has no pixels")
    return sr


def _scaled(start: int, stop: int, scale: float) -> slice:
    """Return the SR pixels of the LR pixels from `start` to `stop`."""
    return slice(round(start * scale), round(stop * scale))


def padded_to(lr: Tensor, height: int, width: int) -> Tensor:
    """Return `lr` padded at the bottom and right to a size: mirrored as far as it reaches, its edge repeated beyond."""
    for mode in ("reflect", "replicate"):
        down, right = height - lr.shape[-2], width - lr.shape[-1]
        if mode == "reflect":
            down, right = min(down, lr.shape[-2] - 1), min(right, lr.shape[-1] - 1)
        lr = torch.nn.functional.pad(lr, (0, right, 0, down), mode)
    return lr
