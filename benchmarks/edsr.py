"""EDSR-baseline (Lim et al. 2017, arXiv:1707.02921): 16 residual blocks of 64 features, for the training benchmark."""

from __future__ import annotations

import torch
from torch import nn

FEATURES, BLOCKS = 64, 16
MEAN = (0.4488, 0.4371, 0.4040)
"""Mean RGB of DIV2K's training images."""


def convolution(features_in, features_out):
    return nn.Conv2d(features_in, features_out, 3, padding=1)


class Block(nn.Module):
    """A residual block without batch normalisation or residual scaling: the baseline of Table 1."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            convolution(FEATURES, FEATURES), nn.ReLU(inplace=True), convolution(FEATURES, FEATURES)
        )

    def forward(self, features):
        return features + self.body(features)


class Edsr(nn.Module):
    """EDSR-baseline: LR (B, 3, h, w) RGB in [0, 1] to SR; `scale` is 2 or 4."""

    def __init__(self, scale):
        super().__init__()
        self.register_buffer("mean", torch.tensor(MEAN).view(1, 3, 1, 1))
        self.entry = convolution(3, FEATURES)
        self.body = nn.Sequential(*(Block() for _ in range(BLOCKS)), convolution(FEATURES, FEATURES))
        doublings = [(convolution(FEATURES, 4 * FEATURES), nn.PixelShuffle(2)) for _ in range(scale // 2)]
        self.exit = nn.Sequential(*(layer for pair in doublings for layer in pair), convolution(FEATURES, 3))

    def forward(self, lr):
        entry = self.entry(lr - self.mean)
        return self.exit(entry + self.body(entry)) + self.mean
