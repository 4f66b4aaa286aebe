"""The network of a checkpoint as srbench calls it."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from srbench import imresize_tensor, rgb_to_ycbcr, ycbcr_to_rgb
from srbench_spandrel.detection import find

if TYPE_CHECKING:
    from pathlib import Path

    from spandrel import ImageModelDescriptor, MaskedImageModelDescriptor


class SpandrelNetwork(nn.Module):
    """A network that spandrel found, for RGB in [0, 1].

    Images are padded to the sizes that the network can take, and SR is cut back. A network with one channel gets luma,
    and the chroma is enlarged by MATLAB's bicubic.
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
        # without the inference mode that spandrel puts around it, in which matrix products can't be counted
        self._call = inspect.unwrap(type(descriptor).__call__)

    def forward(self, lr: Tensor, scale: float = 0) -> Tensor:
        """Return SR, (B, 3, h * s, w * s), of LR, (B, 3, h, w), both in [0, 1]; s is the network's scale.

        Args:
            lr: LR image.
            scale: Not used: the network has one scale.
        """
        del scale
        if self._descriptor.input_channels == 1:
            height, width = (side * self._descriptor.scale for side in lr.shape[-2:])
            y = self._each(rgb_to_ycbcr(lr)[:, :1])
            enlarged = imresize_tensor(lr, self._descriptor.scale, size=(height, width))
            return ycbcr_to_rgb(torch.cat([y, rgb_to_ycbcr(enlarged)[:, 1:]], dim=1))
        return self._each(lr)

    def _each(self, images: Tensor) -> Tensor:
        results = [self._call(self._descriptor, image[None].to(self._dtype)) for image in images]
        return torch.cat(results).to(images.dtype)


def build(path: Path, *, dtype: str = "float32", split_size: tuple[int, int] | None = None) -> SpandrelNetwork:
    """Return the network of the checkpoint `path`, with its weights.

    Args:
        path: The checkpoint.
        dtype: Name of the PyTorch type that the network computes in.
        split_size: Windows of a DAT whose buffers are stripped (`srbench_spandrel.buffers`).
    """
    with torch.device("cpu"):  # architectures look at values, which the meta device has none of
        descriptor = find(path, split_size).descriptor
    return SpandrelNetwork(descriptor, getattr(torch, dtype)).to(torch.get_default_device())
