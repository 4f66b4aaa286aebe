"""Extraction of rotated and flipped patches: with slices in host memory, with index arithmetic on a device.

A turn is a number from 0 to 7, one for each symmetry of the square. Its bits describe the extracted patch: 1, rows in
reverse order; 2, columns in reverse order; 4, rows and columns swapped, before the other two.
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
"""Bits of a turn."""
TURNS = 8
"""Number of turns."""


@dataclass(frozen=True, eq=False)
class Crops:
    """Squares of `side` x `side` pixels in a flat array of pixels (N, 3); the arrays are int64 of shape (B,)."""

    start: NDArray[np.int64]
    """Index of the top-left pixel of each square."""
    stride: NDArray[np.int64]
    """Number of pixels between two rows of the image."""
    turn: NDArray[np.int64]
    """Symmetry of each square (see the module)."""
    side: int


def cut(pixels: NDArray[np.uint8], crops: Crops) -> NDArray[np.uint8]:
    """Return the patches, (B, side, side, 3) uint8."""
    side = crops.side
    patches = np.empty((len(crops.start), side, side, 3), np.uint8)
    rows = zip(crops.start.tolist(), crops.stride.tolist(), crops.turn.tolist(), patches, strict=True)
    for start, stride, turn, patch in rows:
        # not a reshape: the last row of a square at the lower right may be shorter than the stride
        square = np.lib.stride_tricks.as_strided(pixels[start:], (side, side, 3), (3 * stride, 3, 1), writeable=False)
        _turned(square, turn, patch)
    return patches


def gather(pixels: Tensor, crops: Crops) -> Tensor:
    """Return the patches as `cut` does, on the device of `pixels`: (B, side, side, 3) uint8."""
    device = pixels.device
    # a single small transfer from pinned memory, so that the host does not wait for the device
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
    """Write `square`, turned, to `patch`; OpenCV moves whole pixels, twenty times as fast as NumPy with strides."""
    flip = {UPSIDE_DOWN: 0, MIRRORED: 1, UPSIDE_DOWN | MIRRORED: -1}.get(turn & ~SWAPPED)
    if turn & SWAPPED:
        cv2.transpose(square, dst=patch)
        if flip is not None:
            cv2.flip(patch, flip, dst=patch)
    elif flip is not None:
        cv2.flip(square, flip, dst=patch)
    else:
        patch[:] = square
