"""The network of a checkpoint as srbench calls it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from srbench_spandrel.detection import find

if TYPE_CHECKING:
    from pathlib import Path

    from spandrel import ImageModelDescriptor, MaskedImageModelDescriptor


class SpandrelNetwork(nn.Module):
    """A network that spandrel found, for images in [0, 1], of RGB or of luma.

    Images are padded to the sizes that the network can take, and SR is cut back.
    """

    def __init__(
        self, descriptor: ImageModelDescriptor[Any] | MaskedImageModelDescriptor[Any], dtype: torch.dtype
    ) -> None:
        """Initialise the network.

        Args:
            descriptor: The network, with its weights.
            dtype: Type that it computes in.
        """
        super().__init__()
        self.network: nn.Module = descriptor.model.to(dtype)
        self._descriptor = descriptor
        self._dtype = dtype
        # without spandrel's inference mode, in which matrix products can't be counted
        self._call = inspect.unwrap(type(descriptor).__call__)

    def forward(self, lr: Tensor, scale: float = 0) -> Tensor:
        """Return SR, (B, C, h * s, w * s), of LR, (B, C, h, w), both in [0, 1]; s is the network's scale.

        Args:
            lr: LR image.
            scale: Not used; the network has a single scale.
        """
        del scale
        results = [self._call(self._descriptor, image[None].to(self._dtype)) for image in lr]
        return torch.cat(results).to(lr.dtype)


def build(path: Path, *, dtype: str = "float32", split_size: tuple[int, int] | None = None) -> SpandrelNetwork:
    """Return the network of the checkpoint `path`, with its weights.

    Args:
        path: The checkpoint.
        dtype: Name of the PyTorch type that the network computes in.
        split_size: Windows of a DAT whose buffers are stripped (`srbench_spandrel.buffers`).
    """
    with torch.device("cpu"):  # architectures look at values, of which the meta device has none
        descriptor = find(path, split_size).descriptor
    return SpandrelNetwork(descriptor, getattr(torch, dtype)).to(torch.get_default_device())
