"""How large a piece of an image fits into memory at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import psutil
import torch

from srbench.metrics.memory import forward_peak

if TYPE_CHECKING:
    from srbench.models.prediction import Forward

PROBE = 64
"""LR pixels a side of the patch on which the need per pixel is measured."""

GENEROUS_BYTES_PER_PIXEL = 64 * 1024
"""More than any network here needs for one LR pixel: below this no probe is made."""

SHARE = 0.6
"""Part of the free memory that inference may use; the rest is for the allocator's losses and for other programs."""


def free_bytes(device: str) -> int:
    """Bytes that can still be allocated on `device`."""
    if device.startswith("cuda"):
        return int(torch.cuda.mem_get_info(device)[0])
    return int(psutil.virtual_memory().available)


def tile_size(forward: Forward, image: torch.Tensor, halo: int) -> int:
    """LR pixels a side of a tile that fits into memory, for an LR image (1, C, h, w); 0 where none is needed."""
    pixels = image.shape[-2] * image.shape[-1]
    budget = SHARE * free_bytes(str(image.device))
    if pixels * GENEROUS_BYTES_PER_PIXEL < budget:
        return 0
    probe = image[..., :PROBE, :PROBE]
    fitting = budget * probe.shape[-2] * probe.shape[-1] / forward_peak(lambda lr: forward(lr).sr, probe)
    return 0 if pixels < fitting else max(int(fitting**0.5) - 2 * halo, PROBE)
