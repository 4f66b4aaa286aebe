"""Patch ensemble: overlapping windows, each super-resolved on its own and blended (gpnas-ensemble, Sec. 4.3 and 5.2).

What a pixel gets is the weighted mean of all windows that hold it. A window's weight is largest in its centre and falls
off with the distance from there: near its edge a network knows one side of the picture only.
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
"""LR pixels a side of a window, and from one to the next: the paper's."""


def patch_ensemble(forward: Forward, scale: float, window: int = WINDOW, step: int = STEP) -> Forward:
    """`forward` on windows of `window` LR pixels at every `step`, blended by `window_weights`.

    Beside the result no more is kept than one window needs. Sigma is averaged as a variance. Where windows agree
    the result is theirs to the bit, since it is a running mean. An image smaller than a window is one window, and stays
    as `forward` makes it. Raises `ValueError` for a step that leaves gaps.
    """
    starts(window, scale, window, step)  # refuses what makes no sense before there is an image

    def run(lr: Tensor) -> Prediction:
        height, width = lr.shape[-2:]
        size = round(height * scale), round(width * scale)
        blend: _Blend | None = None
        for rows, columns in product(starts(height, scale, window, step), starts(width, scale, window, step)):
            part = forward(lr[..., rows, columns])
            if blend is None:
                blend = _Blend(part, size)
            top, left = round(rows.start * scale), round(columns.start * scale)
            blend.add(part, top, left)
        if blend is None:
            raise ValueError(f"an image without pixels: {tuple(lr.shape)}")
        return blend.result

    return run


def starts(length: int, scale: float, window: int = WINDOW, step: int = STEP) -> list[slice]:
    """The windows along a side of `length` LR pixels, which they cover; the last one ends with it.

    At a scale that is no whole number windows begin only where an LR pixel begins on an SR pixel, so that `step`
    becomes a multiple of `srbench.inference.tiling.aligned` and windows are larger for that: as long as two steps at
    least, and the last one by less than such a multiple.
    """
    if not 1 <= step <= window:
        raise ValueError(f"windows of {window} pixels at steps of {step}: a step is from 1 to {window}")
    multiple = aligned(scale)
    if multiple > 1:
        step = max(round(step / multiple), 1) * multiple
        window = max(window, 2 * step)
    if length <= window:
        return [slice(0, length)] if length else []
    last = (length - window) // multiple * multiple
    return [*(slice(start, start + window) for start in range(0, last, step)), slice(last, length)]


def count(height: int, width: int, scale: float, window: int = WINDOW, step: int = STEP) -> int:
    """How many windows an LR image of that size has."""
    return len(starts(height, scale, window, step)) * len(starts(width, scale, window, step))


def window_weights(height: int, width: int) -> Tensor:
    """(height, width) float32 in (0, 1]: 1 - d / sqrt(2), d being the distance of a pixel's centre from the window's.

    d = sqrt(x^2 + y^2), x and y being -1 at one edge of the window and 1 at the other: its corners, which no
    pixel's centre reaches, would have the weight 0. The paper gives no formula.
    """
    y, x = (((2 * torch.arange(side, dtype=torch.float64) + 1) / side - 1).square() for side in (height, width))
    return (1 - ((y[:, None] + x) / 2).sqrt()).float()


class _Blend:
    """The weighted mean of windows so far (West 1979: its error doesn't grow with how many there are)."""

    def __init__(self, part: Prediction, size: tuple[int, int]) -> None:
        def room(like: Tensor) -> Tensor:
            return like.new_zeros((*like.shape[:-2], *size))

        self._sr = room(part.sr)
        self._variance = None if part.sigma is None else room(part.sigma)
        self._weight = part.sr.new_zeros(size)

    def add(self, part: Prediction, top: int, left: int) -> None:
        height, width = part.sr.shape[-2:]
        where = slice(top, top + height), slice(left, left + width)
        weight = window_weights(height, width).to(part.sr)
        total = self._weight[where]
        total += weight
        share = weight / total
        self._towards(self._sr[(..., *where)], part.sr, share)
        if self._variance is not None and part.sigma is not None:
            self._towards(self._variance[(..., *where)], part.sigma.square(), share)

    @staticmethod
    def _towards(mean: Tensor, value: Tensor, share: Tensor) -> None:
        mean += (value - mean) * share

    @property
    def result(self) -> Prediction:
        return Prediction(self._sr, None if self._variance is None else self._variance.sqrt())
