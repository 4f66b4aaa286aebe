"""Large images in pieces: overlapping LR tiles whose SR centres are put together."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from srbench.models.prediction import Prediction

if TYPE_CHECKING:
    from collections.abc import Iterator

    import torch

    from srbench.models.prediction import Forward

DEFAULT_HALO = 32
"""LR pixels of overlap where a model doesn't declare its receptive field."""


def tiled(forward: Forward, scale: float, tile: int, halo: int) -> Forward:
    """`forward` applied to tiles of `tile` LR pixels a side, each with `receptive_radius` more on every inner side.

    Equal to `forward` on the whole image where `receptive_radius` covers the receptive field and the network has no global
    operation. Images not larger than one tile pass as they are. At a scale that is no whole number, tiles begin only
    where an LR pixel begins on an SR pixel (at x2.37: every 200), and are larger for that.
    """
    step = aligned(scale)

    def run(lr: torch.Tensor) -> Prediction:
        height, width = lr.shape[-2:]
        if max(height, width) <= tile:
            return forward(lr)
        whole: Prediction | None = None
        for top, bottom in spans(height, tile):
            for left, right in spans(width, tile):
                rows = slice(max(top - halo, 0) // step * step, min(bottom + halo, height))
                columns = slice(max(left - halo, 0) // step * step, min(right + halo, width))
                part = forward(lr[..., rows, columns])
                if whole is None:
                    whole = _empty(part, round(height * scale), round(width * scale))
                into = _scaled(top, bottom, 0, scale), _scaled(left, right, 0, scale)
                out_of = _scaled(top, bottom, rows.start, scale), _scaled(left, right, columns.start, scale)
                whole.sr[..., *into] = part.sr[..., *out_of]
                if whole.sigma is not None and part.sigma is not None:
                    whole.sigma[..., *into] = part.sigma[..., *out_of]
        if whole is None:
            raise ValueError(f"an image without pixels: {tuple(lr.shape)}")
        return whole

    return run


def _empty(like: Prediction, height: int, width: int) -> Prediction:
    """Room for a whole image that is predicted in parts such as `like`."""

    def room(part: torch.Tensor) -> torch.Tensor:
        return part.new_empty((*part.shape[:-2], height, width))

    return Prediction(room(like.sr), None if like.sigma is None else room(like.sigma))


def aligned(scale: float) -> int:
    """The smallest step of LR pixels that is an even number of SR pixels; 1 at whole scales.

    Even, because ``round`` goes to the even neighbour: a tile's size then rounds as the whole image's does.
    """
    denominator = Fraction(scale).limit_denominator(1000).denominator
    return 1 if denominator == 1 else 2 * denominator


def spans(length: int, tile: int) -> Iterator[tuple[int, int]]:
    """Cut ``range(length)`` into nearly equal spans of at most `tile`."""
    count = -(-length // tile)
    edges = [length * i // count for i in range(count + 1)]
    return pairwise(edges)


def _scaled(start: int, stop: int, origin: int, scale: float) -> slice:
    """SR pixels of the LR span [start, stop), counted from the LR pixel `origin`."""
    shift = round(origin * scale)
    return slice(round(start * scale) - shift, round(stop * scale) - shift)
