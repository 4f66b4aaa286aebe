"""Tile size that fits into the free memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.device import free_cuda_memory
from srbench.memory import free_memory
from srbench.metrics.memory import forward_peak

if TYPE_CHECKING:
    import torch

    from srbench.models.prediction import Forward

PROBE = 64
"""Side in LR pixels of the patch on which the memory per pixel is measured."""

GENEROUS_BYTES_PER_PIXEL = 64 * 1024
"""Upper bound of the memory of all networks per LR pixel; an image that fits by this bound needs no measurement."""

SHARE = 0.6
"""Share of the free memory that inference may use; the rest is left for fragmentation and for other programs."""


def free_bytes(device: str) -> int:
    """Return the number of bytes that can still be allocated on `device`."""
    if device.startswith("cuda"):
        return free_cuda_memory(device)
    return free_memory()


def tile_size(forward: Forward, image: torch.Tensor, overlap: int, *, measurable: bool = True) -> int:
    """Return the side in LR pixels of a tile that fits into memory; 0 if the whole image fits.

    Args:
        forward: The forward pass of the network.
        image: LR image (1, C, h, w).
        overlap: Overlap in LR pixels on every inner side of a tile.
        measurable: Whether PyTorch sees the memory of the network; if not, `GENEROUS_BYTES_PER_PIXEL` is assumed.
    """
    pixels = image.shape[-2] * image.shape[-1]
    budget = SHARE * free_bytes(str(image.device))
    if pixels * GENEROUS_BYTES_PER_PIXEL < budget:
        return 0
    if not measurable:
        return max(int((budget / GENEROUS_BYTES_PER_PIXEL) ** 0.5) - 2 * overlap, PROBE)
    probe = image[..., :PROBE, :PROBE]
    fitting_pixels = budget * probe.shape[-2] * probe.shape[-1] / forward_peak(lambda lr: forward(lr).sr, probe)
    return 0 if pixels < fitting_pixels else max(int(fitting_pixels**0.5) - 2 * overlap, PROBE)
