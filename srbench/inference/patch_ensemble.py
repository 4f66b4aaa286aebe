"""Patch ensemble: overlapping windows, super-resolved separately and blended (gpnas-ensemble, Sec. 4.3 and 5.2).

A pixel is the weighted mean of all windows that contain it. The weight is largest in the centre of a window and
decreases with the distance from it, since near the edge the network sees only one side of the surroundings.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import torch

from srbench.inference.tiling import aligned
from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from torch import Tensor

    from srbench.models.prediction import Forward

WINDOW, STEP = 120, 60
"""Side of a window, and step from one window to the next, in LR pixels, as in the paper."""


def patch_ensemble(forward: Forward, scale: float, window: int = WINDOW, step: int = STEP) -> Forward:
    """Return a forward pass that applies `forward` to overlapping windows and blends them by `window_weights`.

    The memory needed is that of one window and the result. Sigma is averaged as a variance. Where windows agree, the
    result is bit-identical to them, since it is a running mean. An image smaller than a window is a single window, and
    the result is that of `forward`.

    Args:
        forward: The forward pass of the network.
        scale: Upscaling factor.
        window: Side of a window in LR pixels.
        step: Step from one window to the next in LR pixels.

    Raises:
        ValueError: if `step` is below 1 or leaves gaps between windows.
    """
    starts(window, scale, window, step)  # raises for a wrong `step` now, not with the first image

    def run(lr: Tensor) -> Prediction:
        height, width = lr.shape[-2:]
        size = round(height * scale), round(width * scale)
        blend: _Blend | None = None
        for rows, columns in product(starts(height, scale, window, step), starts(width, scale, window, step)):
            part = forward(lr[..., rows, columns].clone())  # a network may change its input, and windows overlap
            if blend is None:
                blend = _Blend(part, size)
            top, left = round(rows.start * scale), round(columns.start * scale)
            blend.add(part, top, left)
        if blend is None:
            raise ValueError(f"image of shape {tuple(lr.shape)}: has no pixels")
        return blend.result

    return run


def starts(length: int, scale: float, window: int = WINDOW, step: int = STEP) -> list[slice]:
    """Return the windows that cover a side of `length` LR pixels; the last window ends with the side.

    At a fractional scale, windows start only where an LR pixel starts on an SR pixel: `step` becomes a multiple of
    `srbench.inference.tiling.aligned`, and windows are enlarged to at least two steps, the last one by less than one
    such multiple more.

    Args:
        length: Length of the side in LR pixels.
        scale: Upscaling factor.
        window: Side of a window in LR pixels.
        step: Step from one window to the next in LR pixels.

    Raises:
        ValueError: if `step` is below 1 or leaves gaps between windows.
    """
    if not 1 <= step <= window:
        raise ValueError(f"windows of {window} pixels at steps of {step}: invalid step; choose 1 to {window}")
    multiple = aligned(scale)
    if multiple > 1:
        step = max(round(step / multiple), 1) * multiple
        window = max(window, 2 * step)
    if length <= window:
        return [slice(0, length)] if length else []
    last = (length - window) // multiple * multiple
    return [*(slice(start, start + window) for start in range(0, last, step)), slice(last, length)]


def count(height: int, width: int, scale: float, window: int = WINDOW, step: int = STEP) -> int:
    """Return the number of windows of an LR image of (`height`, `width`).

    Args:
        height: Height of the LR image.
        width: Width of the LR image.
        scale: Upscaling factor.
        window: Side of a window in LR pixels.
        step: Step from one window to the next in LR pixels.
    """
    return len(starts(height, scale, window, step)) * len(starts(width, scale, window, step))


def window_weights(height: int, width: int) -> Tensor:
    """Return the weights of a window's pixels, (height, width) float32 in (0, 1].

    The weight is 1 - d / sqrt(2) with d = sqrt(x^2 + y^2), where x and y are the coordinates of the pixel's centre, -1
    at one edge of the window and 1 at the other. The corners, which no pixel centre reaches, have weight 0. The formula
    is our choice, as the paper gives none.
    """
    y, x = (((2 * torch.arange(side, dtype=torch.float64) + 1) / side - 1).square() for side in (height, width))
    return (1 - ((y[:, None] + x) / 2).sqrt()).float()


class _Blend:
    """Running weighted mean of windows (West 1979: the rounding error does not grow with their number)."""

    def __init__(self, part: Prediction, size: tuple[int, int]) -> None:
        def zeros(like: Tensor) -> Tensor:
            return like.new_zeros((*like.shape[:-2], *size))

        self._sr = zeros(part.sr)
        self._variance = None if part.sigma is None else zeros(part.sigma)
        self._weight = part.sr.new_zeros(size)

    def add(self, part: Prediction, top: int, left: int) -> None:
        """Add a window, whose top left pixel lies at (top, left) in SR."""
        height, width = part.sr.shape[-2:]
        place = slice(top, top + height), slice(left, left + width)
        weight = window_weights(height, width).to(part.sr)
        total = self._weight[place]
        total += weight
        share = weight / total
        self._move_towards(self._sr[(..., *place)], part.sr, share)
        if self._variance is not None and part.sigma is not None:
            self._move_towards(self._variance[(..., *place)], part.sigma.square(), share)

    @staticmethod
    def _move_towards(mean: Tensor, value: Tensor, share: Tensor) -> None:
        mean += (value - mean) * share

    @property
    def result(self) -> Prediction:
        return Prediction(self._sr, None if self._variance is None else self._variance.sqrt())
