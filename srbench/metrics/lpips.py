"""LPIPS v0.1, a learned perceptual distance (Zhang, Isola, Efros, Shechtman, Wang 2018, arXiv:1801.03924)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import torch

from srbench.errors import Unavailable, WeightsError
from srbench.metrics.lpips_backbones import ALEX, SQUEEZE, VGG, Backbone
from srbench.metrics.winograd import with_winograd
from srbench.weights.state_dict import load_into, load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

MEAN, STD = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""Mean and standard deviation of ImageNet's RGB in [-1, 1]."""
EPSILON = 1e-10
"""Constant that keeps the normalisation of a zero feature vector finite."""


class Lpips:
    """LPIPS between SR and HR in RGB, with the protocol's crop border removed.

    It is 0 for equal images and about 1 for very different ones. The backbone is the single file in ``setup.weights``:
    torchvision's weights, with or without the classifier. The linear heads are read from the files of the package
    ``lpips``; importing that package would take seconds because it imports torchvision.

    Raises:
        WeightsError: if the backbone or the heads are missing or do not fit.
    """

    name: ClassVar[str]
    """Base name of the file that holds the linear heads."""
    backbone: ClassVar[Backbone]
    """Backbone whose features are compared."""

    def __init__(self, setup: MetricSetup) -> None:
        (path,) = setup.weights.values()
        self.network = self.backbone.build()
        load_into(self.network, features(load_state_dict(path)), path)
        # Channels last: 20% faster on the CPU, as the channels of a pixel, which are summed, are adjacent in memory.
        self.network.requires_grad_(requires_grad=False).eval().to(setup.device).to(memory_format=torch.channels_last)
        if torch.device(setup.device).type == "cpu":
            self.network = with_winograd(self.network)
        self.heads = [head.to(setup.device) for head in heads(self.name, len(self.backbone.taps))]
        self.mean, self.std = (torch.tensor(rgb, device=setup.device).view(1, 3, 1, 1) for rgb in (MEAN, STD))

    def __call__(self, sample: Sample) -> float:
        """Return the distance, computed on the device of the setup.

        Raises:
            Unavailable: if there is no HR image, or the images are too small for the backbone.
        """
        sr, hr = sample.device_rgb or map(self._planes, sample.rgb)
        if sr is None or hr is None:
            raise Unavailable(f"LPIPS of {sample.name}: there is no HR image")
        height, width = sr.shape[2:]
        side = self.backbone.smallest
        if min(height, width) < side:
            raise Unavailable(
                f"LPIPS of {sample.name}: {width} x {height} pixels after border cropping; needs {side} x {side}"
            )
        with torch.inference_mode():
            return float(self.distances(sr, hr))

    @torch.inference_mode()
    def distances(self, sr: Tensor, hr: Tensor) -> Tensor:
        """Return the distance of each image, (B,).

        Eq. 1: the sum over the taps of the spatial mean of the head-weighted sum over channels.

        Args:
            sr: (B, 3, H, W) uint8 RGB, on any device.
            hr: Images of the same shape.

        Raises:
            ValueError: if they have another type or shape: values in [0, 1] would be taken for levels.
        """
        if not (sr.dtype == hr.dtype == torch.uint8 and sr.shape == hr.shape and sr.ndim == 4 and sr.shape[1] == 3):
            actual = " and ".join(f"{image.dtype} {tuple(image.shape)}" for image in (sr, hr))
            raise ValueError(f"LPIPS: images of {actual}; give two of (B, 3, H, W) in uint8")
        pairs = zip(self.heads, self._directions(self._input(sr)), self._directions(self._input(hr)), strict=True)
        return torch.stack([((a - b).square_() @ head).mean(dim=(1, 2)) for head, a, b in pairs]).sum(dim=0)

    def _planes(self, image: NDArray[np.uint8] | None) -> Tensor | None:
        """Return an (H, W, 3) image as (1, 3, H, W) on the device of the setup."""
        return None if image is None else torch.tensor(image, device=self.mean.device).movedim(-1, 0)[None]

    def _input(self, image: Tensor) -> Tensor:
        """Return (B, 3, H, W) uint8 images normalised, in channels-last format."""
        levels = image.to(self.mean.device, torch.float32, memory_format=torch.channels_last)
        return levels.div_(127.5).sub_(1).sub_(self.mean).div_(self.std)

    def _directions(self, x: Tensor) -> Iterator[Tensor]:
        """Yield the output of each tap, (B, h, w, C), normalised to unit length over the channels of each pixel."""
        for index, layer in enumerate(self.network):
            x = layer(x)
            if index in self.backbone.taps:
                channels = x.movedim(1, -1)
                yield channels / (torch.linalg.vector_norm(channels, dim=-1, keepdim=True) + EPSILON)


class LpipsAlex(Lpips):
    """LPIPS on AlexNet, the variant that papers report."""

    name = "alex"
    backbone = ALEX


class LpipsSqueeze(Lpips):
    """LPIPS on SqueezeNet 1.1."""

    name = "squeeze"
    backbone = SQUEEZE


class LpipsVgg(Lpips):
    """LPIPS on VGG16."""

    name = "vgg"
    backbone = VGG


def features(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """Return the convolutional part of a torchvision classifier's state dict, without ``features.``, in float32."""
    convolutional = {key: value for key, value in state.items() if not key.startswith("classifier.")}
    return {key.removeprefix("features."): value.float() for key, value in convolutional.items()}


def heads(name: str, count: int) -> list[Tensor]:
    """Read the linear heads of the ``lpips`` package for one backbone: a non-negative weight per channel of each tap.

    Args:
        name: Base name of the file with the heads.
        count: Number of heads.

    Raises:
        WeightsError: if the package is not installed.
    """
    package = find_spec("lpips")
    if package is None or package.origin is None:
        raise WeightsError("LPIPS: package lpips, which contains the linear heads, is not installed; pip install lpips")
    state = load_state_dict(Path(package.origin).parent / "weights" / "v0.1" / f"{name}.pth")
    return [state[f"lin{index}.model.1.weight"].flatten() for index in range(count)]
