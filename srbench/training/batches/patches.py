"""Cutting patches out of a training set, turned and flipped: with slices in memory, with index arithmetic on a device.

A turn is a number from 0 to 7, one for each symmetry of the square. Its bits say, for the patch that comes out: 1, its
rows are taken from below; 2, its columns are taken from the right; 4, rows and columns are swapped, before either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import cv2
import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

UPSIDE_DOWN, MIRRORED, SWAPPED = 1, 2, 4
TURNS = 8


@dataclass(frozen=True, eq=False)
class Crops:
    """Squares of `side` pixels within flat pixels (pixels, 3); the arrays are int64 of shape (B,)."""

    start: NDArray[np.int64]
    """The pixel at the top left of each square."""
    stride: NDArray[np.int64]
    """Pixels from one row of its picture to the next."""
    turn: NDArray[np.int64]
    side: int


def cut(pixels: NDArray[np.uint8], crops: Crops) -> NDArray[np.uint8]:
    """The patches, (B, side, side, 3)."""
    side = crops.side
    patches = np.empty((len(crops.start), side, side, 3), np.uint8)
    rows = zip(crops.start.tolist(), crops.stride.tolist(), crops.turn.tolist(), patches, strict=True)
    for start, stride, turn, patch in rows:
        # A square at the lower right ends within its last row: that row is not wholly there to be reshaped.
        square = np.lib.stride_tricks.as_strided(pixels[start:], (side, side, 3), (3 * stride, 3, 1), writeable=False)
        _turned(square, turn, patch)
    return patches


def gather(pixels: Tensor, crops: Crops) -> Tensor:
    """As `cut`, on the device of `pixels`: (B, side, side, 3) uint8."""
    device = pixels.device
    # One small transfer from pinned memory, so that the host doesn't wait for the device.
    packed = torch.from_numpy(np.stack([crops.start, crops.stride, crops.turn]))
    packed = packed.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else packed
    start, stride, turn = packed[:, :, None, None]
    ahead = torch.arange(crops.side, device=device)
    below, across = ahead[:, None], ahead[None, :]
    last = crops.side - 1
    upside_down, mirrored, swapped = ((turn & bit).bool() for bit in (UPSIDE_DOWN, MIRRORED, SWAPPED))
    row = torch.where(upside_down, last - below, below)
    column = torch.where(mirrored, last - across, across)
    row, column = torch.where(swapped, column, row), torch.where(swapped, row, column)
    return pixels[start + row * stride + column]


def _turned(square: NDArray[np.uint8], turn: int, patch: NDArray[np.uint8]) -> None:
    """Write `square` into `patch`. OpenCV moves whole pixels: twenty times as fast as NumPy does it with strides."""
    flip = {UPSIDE_DOWN: 0, MIRRORED: 1, UPSIDE_DOWN | MIRRORED: -1}.get(turn & ~SWAPPED)
    if turn & SWAPPED:
        cv2.transpose(square, dst=patch)
        if flip is not None:
            cv2.flip(patch, flip, dst=patch)
    elif flip is not None:
        cv2.flip(square, flip, dst=patch)
    else:
        patch[:] = square
