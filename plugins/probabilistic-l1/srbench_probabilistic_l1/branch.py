"""The sigma branch (Fig. 3), and a network with it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from srbench.errors import PluginError, UsageError
from srbench.loading import load
from srbench.models.prediction import Prediction
from srbench.nn.upsample import PerScale
from srbench_probabilistic_l1.features import Features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench import Component

WIDTH = 160
"""Channels of the branch (Sec. 4.3)."""
DEPTH = 4
PROBE = 24
"""LR pixels a side of the image that shows how large a network's features are."""


class SigmaBranch(nn.Module):
    """Four 3x3 convolutions with PReLU, then a 3x3 convolution and pixel shuffle to RGB at `factor`, then a sigmoid.

    `channels` are those of the features that it stands on; one last convolution for each of `factors`, the sizes of HR
    in pixels of the features (1 where the features are as large as HR: nothing is shuffled).
    """

    def __init__(self, channels: int, factors: Sequence[int], *, width: int = WIDTH, depth: int = DEPTH) -> None:
        super().__init__()
        self.map = nn.Sequential(
            *(
                layer
                for index in range(depth)
                for layer in (nn.Conv2d(width if index else channels, width, 3, padding=1), nn.PReLU())
            )
        )
        self.upsample = PerScale({factor: _up(width, factor) for factor in factors})

    def forward(self, features: Tensor, factor: int) -> Tensor:
        """(B, channels, h, w) to sigma (B, 3, h * factor, w * factor) in (0, 1), float32."""
        logits: Tensor = self.upsample(self.map(features), factor)
        # bfloat16 has no number between 0.998 and 1, and 8 bits for all others
        return torch.sigmoid(logits.float())

    def start_at(self, sigma: float) -> None:
        """Set the last biases so that the branch gives about `sigma`. Raises `UsageError` outside of (0, 1)."""
        if not 0 < sigma < 1:
            raise UsageError(f"initial sigma {sigma!r}: expected a number between 0 and 1")
        for upsampler in self.upsample.values():
            last = upsampler if isinstance(upsampler, nn.Conv2d) else upsampler.get_submodule("0")
            if isinstance(last, nn.Conv2d) and last.bias is not None:
                nn.init.constant_(last.bias, math.log(sigma / (1 - sigma)))


class WithSigma(nn.Module):
    """`network` with a sigma branch on the features that it hands to its submodule `features` (dotted name).

    The network is made by `build` (``"module:attribute"``) with `kwargs`, and with `scale` where it is for one scale;
    a joint one is for all of `scales`, of which None is every scale that there is, for features as large as HR.
    `initial_sigma` is what sigma is before training, on average; None: 0.5, as torch initialises a convolution.
    `gain` is what the branch's output is multiplied by (`attach.as_gaussian`).
    Dropping the branch leaves ``network.*``, the network itself, at no further cost.

    Raises `PluginError` where the network has no such submodule, or one that isn't called once with features (B, C, h,
    w) of LR's or HR's size; `UsageError` where a scale isn't a whole number though the branch has to enlarge.
    """

    def __init__(
        self,
        build: str | Component,
        kwargs: Mapping[str, Any],
        features: str,
        *,
        scale: float | None = None,
        scales: Sequence[float] | None = None,
        width: int = WIDTH,
        initial_sigma: float | None = None,
        gain: float = 1.0,
    ) -> None:
        super().__init__()
        own = {} if scale is None else {"scale": scale}
        self.network: nn.Module = load(build)(**kwargs, **own)
        self._features = Features(self.network, features)
        wanted = [scale] if scale is not None else scales
        channels, self._size = self._probe(wanted[0] if wanted else 2.0)
        if self._size is not None and wanted is None:
            raise PluginError(
                f"{self._features.place}: features of LR's size need an upsampler for each scale: name the scales"
            )
        factors = {self._factor(one) for one in wanted or (1.0,)}
        self.gain = gain
        self.sigma = SigmaBranch(channels, sorted(factors), width=width)
        if initial_sigma is not None:
            self.sigma.start_at(initial_sigma)

    def forward(self, lr: Tensor, scale: float) -> Prediction:
        """`lr` (B, 3, h, w) RGB in [0, 1] to SR and sigma, each (B, 3, h * scale, w * scale)."""
        sr, features = self._features.run(lr, scale)
        sigma: Tensor = self.sigma(features, self._factor(scale))
        height, width = sr.shape[-2:]  # features of a network that pads its input are larger
        sigma = sigma[..., :height, :width]
        return Prediction(sr, sigma if self.gain == 1 else self.gain * sigma)

    def _factor(self, scale: float) -> int:
        """HR pixels a side of a pixel of the features."""
        factor = 1.0 if self._size is None else scale / self._size
        if not factor.is_integer():
            raise UsageError(
                f"{self._features.place}: no sigma at x{scale:g}: the branch's one pixel shuffle takes whole numbers"
            )
        return int(factor)

    def _probe(self, scale: float) -> tuple[int, float | None]:
        """(channels of the features, their pixels a side of an LR pixel; None: they are as large as HR)."""
        training = self.network.training
        self.network.eval()
        with torch.no_grad():
            sr, features = self._features.run(torch.zeros(1, 3, PROBE, PROBE), scale)
        self.network.train(training)
        height, width = features.shape[-2:]
        if features.dim() != 4 or height != width or sr.shape[-1] % width:
            raise PluginError(
                f"{self._features.place}: its first argument is {tuple(features.shape)} for an LR image of "
                f"{PROBE}x{PROBE}, expected features (B, C, h, w) of LR's or of HR's size"
            )
        return features.shape[1], None if width == sr.shape[-1] else width / PROBE


def _up(width: int, factor: int) -> nn.Module:
    last = nn.Conv2d(width, 3 * factor**2, 3, padding=1)
    return last if factor == 1 else nn.Sequential(last, nn.PixelShuffle(factor))
