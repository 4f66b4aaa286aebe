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
    """One convolution applied `recursions` times to the bicubic luma's features, each result made an image (Sec. 3).

    What is given out is the sum of these images with trained weights, which start equal. Each image is supervised in
    the paper's training (Sec. 3.3); `states` has them. The chroma is bicubic. Any real scale with one set of weights.
    """

    def __init__(self, *, recursions: int = 16, features: int = 256) -> None:
        super().__init__()
        self.recursions = recursions
        self.embed = nn.Sequential(
            he_normal(conv(1, features)), nn.ReLU(), he_normal(conv(features, features)), nn.ReLU()
        )
        recursive = conv(features, features)
        nn.init.dirac_(recursive.weight)  # a recursion starts as the identity
        if recursive.bias is not None:
            nn.init.zeros_(recursive.bias)
        self.infer = nn.Sequential(recursive, nn.ReLU())
        self.reconstruct = nn.Sequential(he_normal(conv(features, features)), nn.ReLU(), he_normal(conv(features, 1)))
        self.weights = nn.Parameter(torch.full((recursions,), 1 / recursions))

    def forward(self, lr: Tensor, scale: float) -> Tensor:
        """(B, 3, h, w) RGB in [0, 1] to (B, 3, round(h * scale), round(w * scale))."""
        enlarged = bicubic(lr, scale)
        return with_luma(enlarged, self._ensemble(list(self._predictions(luma(enlarged)))))

    def states(self, lr: Tensor, scale: float) -> list[Tensor]:
        """What each recursion predicts, and last what `forward` gives: images (B, 3, H, W)."""
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
