"""LPIPS v0.1: learned perceptual distance (Zhang, Isola, Efros, Shechtman, Wang 2018, arXiv:1801.03924)."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

import torch

from srbench.errors import Unavailable, WeightsError
from srbench.metrics.lpips_backbones import ALEX, SQUEEZE, VGG, Backbone
from srbench.weights.state_dict import load_into, load_state_dict

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.metrics.sample import Sample
    from srbench.metrics.setup import MetricSetup

MEAN, STD = (-0.030, -0.088, -0.188), (0.458, 0.448, 0.450)
"""ImageNet's, for colours in [-1, 1]."""
EPSILON = 1e-10


class Lpips:
    """LPIPS of SR against HR in RGB, the protocol's border shaved; 0 for equal images, about 1 for unlike ones.

    The backbone is the one file in ``setup.weights``: torchvision's, whole or without its classifier. The heads are
    those of the package ``lpips``, read from its files: importing it would take seconds, for torchvision's sake.
    Raises `WeightsError` where either is missing or doesn't fit; a call raises `Unavailable` for an image that is too
    small for the backbone.
    """

    name: ClassVar[str]
    """Of the file with the heads."""
    backbone: ClassVar[Backbone]

    def __init__(self, setup: MetricSetup) -> None:
        (path,) = setup.weights.values()
        self.network = self.backbone.build()
        load_into(self.network, features(load_state_dict(path)), path)
        # Channels last: a fifth faster on the CPU, and the channels of a pixel, which are summed, lie side by side.
        self.network.requires_grad_(requires_grad=False).eval().to(setup.device).to(memory_format=torch.channels_last)
        self.heads = [head.to(setup.device) for head in heads(self.name, len(self.backbone.taps))]
        self.mean, self.std = (torch.tensor(one, device=setup.device).view(1, 3, 1, 1) for one in (MEAN, STD))

    def __call__(self, sample: Sample) -> float:
        """The distance, on the device of the setup."""
        sr, hr = sample.rgb
        if hr is None:
            raise Unavailable(f"LPIPS of {sample.name}: there is no HR image")
        height, width, _ = sr.shape
        needed = self.backbone.smallest
        if min(height, width) < needed:
            raise Unavailable(f"LPIPS of {sample.name}: {width} x {height} after shaving, needs {needed} x {needed}")
        with torch.inference_mode():
            return self._distance(self._tensor(sr), self._tensor(hr))

    def _tensor(self, image: NDArray[np.uint8]) -> Tensor:
        """(H, W, 3) -> (1, 3, H, W), channels last, as ImageNet's photographs are presented to the backbone."""
        tensor = torch.tensor(image, device=self.mean.device, dtype=torch.float32).movedim(-1, 0)[None]
        return tensor.div_(127.5).sub_(1).sub_(self.mean).div_(self.std)

    def _distance(self, sr: Tensor, hr: Tensor) -> float:
        """Eq. 1: over the taps, the sum of the spatial mean of the heads' sum over channels."""
        pairs = zip(self.heads, self._directions(sr), self._directions(hr), strict=True)
        return float(sum(torch.mean((a - b).square_() @ head) for head, a, b in pairs))

    def _directions(self, x: Tensor) -> Iterator[Tensor]:
        """The output of each tap, (1, h, w, C), its channels scaled to unit length at every pixel."""
        for number, layer in enumerate(self.network):
            x = layer(x)
            if number in self.backbone.taps:
                channels = x.movedim(1, -1)
                yield channels / (torch.linalg.vector_norm(channels, dim=-1, keepdim=True) + EPSILON)


class LpipsAlex(Lpips):
    """On AlexNet: what papers mean by LPIPS."""

    name = "alex"
    backbone = ALEX


class LpipsSqueeze(Lpips):
    """On SqueezeNet 1.1."""

    name = "squeeze"
    backbone = SQUEEZE


class LpipsVgg(Lpips):
    """On VGG16."""

    name = "vgg"
    backbone = VGG


def features(state: dict[str, Tensor]) -> dict[str, Tensor]:
    """The convolutional part of a torchvision classifier's state dict, without ``features.``, in float32."""
    kept = {key: value for key, value in state.items() if not key.startswith("classifier.")}
    return {key.removeprefix("features."): value.float() for key, value in kept.items()}


def heads(name: str, count: int) -> list[Tensor]:
    """The `count` heads of the ``lpips`` package for one backbone: a non-negative weight for each channel of a tap."""
    package = find_spec("lpips")
    if package is None or package.origin is None:
        raise WeightsError("LPIPS: the package lpips, which brings its heads, is not installed: pip install lpips")
    state = load_state_dict(Path(package.origin).parent / "weights" / "v0.1" / f"{name}.pth")
    return [state[f"lin{number}.model.1.weight"].flatten() for number in range(count)]
