"""DRCN: Kim et al., "Deeply-Recursive Convolutional Network for Image Super-Resolution", CVPR 2016."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

from srbench_classics.layers import conv, he_normal
from srbench_classics.luma import bicubic, luma, with_luma

if TYPE_CHECKING:
    from collections.abc import Iterator


class DRCN(nn.Module):
    """DRCN: one convolution applied `recursions` times to the features of the bicubic luma (Sec. 3).

    An image is reconstructed after each recursion, and the output is the sum of these images with trained weights that
    are initially equal. The paper's training supervises each image (Sec. 3.3); `states` returns them. The chroma is
    bicubic. One set of weights serves any real scale.
    """

    def __init__(self, *, recursions: int = 16, features: int = 256) -> None:
        super().__init__()
        self.recursions = recursions
        self.embed = nn.Sequential(
            he_normal(conv(1, features)), nn.ReLU(), he_normal(conv(features, features)), nn.ReLU()
        )
        recursive = conv(features, features)
        nn.init.dirac_(recursive.weight)  # a recursion is initialised as the identity
        if recursive.bias is not None:
            nn.init.zeros_(recursive.bias)
        self.infer = nn.Sequential(recursive, nn.ReLU())
        self.reconstruct = nn.Sequential(he_normal(conv(features, features)), nn.ReLU(), he_normal(conv(features, 1)))
        self.weights = nn.Parameter(torch.full((recursions,), 1 / recursions))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """Map (B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale))."""
        enlarged = bicubic(lr, scale)
        return with_luma(enlarged, self._ensemble(list(self._predictions(luma(enlarged)))))

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """Return the (B, 3, H, W) image predicted by each recursion, followed by the output of `forward`."""
        enlarged = bicubic(lr, scale)
        predictions = list(self._predictions(luma(enlarged)))
        return [with_luma(enlarged, y) for y in (*predictions, self._ensemble(predictions))]

    def _predictions(self, y: Tensor) -> Iterator[Tensor]:
        hidden = self.embed(y)
        for _ in range(self.recursions):
            hidden = self.infer(hidden)
            yield y + self.reconstruct(hidden)

    def _ensemble(self, predictions: list[Tensor]) -> Tensor:
        return (torch.cat(predictions, dim=1) * self.weights.view(-1, 1, 1)).sum(1, keepdim=True)
