"""Tiling of large images: overlapping LR tiles whose SR centres are joined."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from srbench.models.prediction import Forward

DEFAULT_OVERLAP = 32
"""Overlap in LR pixels for models that do not declare their receptive field."""


def tiled(forward: Forward, scale: float, tile: int, overlap: int) -> Forward:
    """Return a forward pass that applies `forward` to tiles, extended by `overlap` LR pixels on every inner side.

    The result equals `forward` on the whole image if `overlap` covers the receptive field and the network has no global
    operation. Images not larger than a tile are not tiled. At a fractional scale, tiles start only where an LR pixel
    starts on an SR pixel (at x2.37: every 200), which makes them larger.

    Args:
        forward: The forward pass of the network.
        scale: Upscaling factor.
        tile: Maximum side of a tile in LR pixels, without the overlap.
        overlap: Overlap in LR pixels on every inner side of a tile.
    """
    step = aligned(scale)

    def run(lr: torch.Tensor) -> Prediction:
        height, width = lr.shape[-2:]
        if max(height, width) <= tile:
            return forward(lr)
        whole: Prediction | None = None
        for top, bottom in spans(height, tile):
            for left, right in spans(width, tile):
                rows = slice(max(top - overlap, 0) // step * step, min(bottom + overlap, height))
                columns = slice(max(left - overlap, 0) // step * step, min(right + overlap, width))
                part = forward(lr[..., rows, columns].clone())  # a network may change its input, and tiles overlap
                if whole is None:
                    whole = _empty(part, round(height * scale), round(width * scale))
                in_whole = _scaled(top, bottom, 0, scale), _scaled(left, right, 0, scale)
                in_part = _scaled(top, bottom, rows.start, scale), _scaled(left, right, columns.start, scale)
                whole.sr[..., *in_whole] = part.sr[..., *in_part]
                if whole.sigma is not None and part.sigma is not None:
                    whole.sigma[..., *in_whole] = part.sigma[..., *in_part]
        if whole is None:
            raise ValueError(f"image of shape {tuple(lr.shape)}: has no pixels")
        return whole

    return run


def _empty(like: Prediction, height: int, width: int) -> Prediction:
    """Return an uninitialised prediction of (height, width), with the type and the channels of `like`."""

    def empty(part: torch.Tensor) -> torch.Tensor:
        return part.new_empty((*part.shape[:-2], height, width))

    return Prediction(empty(like.sr), None if like.sigma is None else empty(like.sigma))


def aligned(scale: float) -> int:
    """Return the smallest number of LR pixels that spans an even number of SR pixels; 1 at integer scales.

    The number of SR pixels is even because ``round`` rounds halves to even: only then is the size of a tile rounded as
    that of the whole image.
    """
    denominator = Fraction(scale).limit_denominator(1000).denominator
    return 1 if denominator == 1 else 2 * denominator


def spans(length: int, tile: int) -> Iterator[tuple[int, int]]:
    """Divide ``range(length)`` into nearly equal spans of at most `tile`."""
    count = -(-length // tile)
    edges = [length * i // count for i in range(count + 1)]
    return pairwise(edges)


def _scaled(start: int, stop: int, origin: int, scale: float) -> slice:
    """Return the SR pixels of the LR span [start, stop), counted from the LR pixel `origin`."""
    shift = round(origin * scale)
    return slice(round(start * scale) - shift, round(stop * scale) - shift)
