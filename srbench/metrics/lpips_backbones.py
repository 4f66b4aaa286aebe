"""LPIPS backbones: the convolutional parts of AlexNet, SqueezeNet 1.1 and VGG16, with torchvision's key names."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Backbone:
    """Network and the layers whose outputs LPIPS compares."""

    build: Callable[[], nn.Sequential]
    """Constructor of the network, with layers numbered as in torchvision's ``features``."""
    taps: tuple[int, ...]
    """Indices of the layers to compare; each is a ReLU or ends in one."""
    smallest: int
    """Minimum height and width of an image, in pixels, for the last tap to have an output."""


class Fire(nn.Module):
    """SqueezeNet's fire module: a 1x1 convolution to `squeeze` channels, then 1x1 and 3x3 to `expand` channels each."""

    def __init__(self, channels: int, squeeze: int, expand: int) -> None:
        super().__init__()
        self.squeeze = nn.Conv2d(channels, squeeze, 1)
        self.expand1x1 = nn.Conv2d(squeeze, expand, 1)
        self.expand3x3 = nn.Conv2d(squeeze, expand, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Map (B, channels, H, W) to (B, 2 * expand, H, W), non-negative."""
        x = self.squeeze(x).relu_()
        return torch.cat([self.expand1x1(x), self.expand3x3(x)], dim=1).relu_()


def alexnet() -> nn.Sequential:
    """Build AlexNet without its classifier (Krizhevsky 2014, "One weird trick", one tower)."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, stride=4, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(384, 256, 3, padding=1),
        nn.ReLU(inplace=True),
        nn.Conv2d(256, 256, 3, padding=1),
        nn.ReLU(inplace=True),
    )


def squeezenet() -> nn.Sequential:
    """Build SqueezeNet 1.1 without its classifier (Iandola et al. 2016)."""
    return nn.Sequential(
        nn.Conv2d(3, 64, 3, stride=2),
        nn.ReLU(inplace=True),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(64, 16, 64),
        Fire(128, 16, 64),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(128, 32, 128),
        Fire(256, 32, 128),
        nn.MaxPool2d(3, 2, ceil_mode=True),
        Fire(256, 48, 192),
        Fire(384, 48, 192),
        Fire(384, 64, 256),
        Fire(512, 64, 256),
    )


def vgg16() -> nn.Sequential:
    """Build VGG16 without its classifier (Simonyan and Zisserman 2015), up to the last ReLU."""
    layers: list[nn.Module] = []
    channels = 3
    for stage in ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512)):
        if layers:
            layers.append(nn.MaxPool2d(2, 2))
        for width in stage:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(inplace=True)]
            channels = width
    return nn.Sequential(*layers)


ALEX = Backbone(alexnet, taps=(1, 4, 7, 9, 11), smallest=31)
SQUEEZE = Backbone(squeezenet, taps=(1, 4, 7, 9, 10, 11, 12), smallest=17)
VGG = Backbone(vgg16, taps=(3, 8, 15, 22, 29), smallest=16)
