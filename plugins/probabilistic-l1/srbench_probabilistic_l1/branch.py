"""The sigma branch (Fig. 3), and a network with a sigma branch."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from srbench import PerScale, PluginError, Prediction, UsageError, load_object
from srbench_probabilistic_l1.features import Features

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench import Component

WIDTH = 160
"""Channels of the branch in the paper (Sec. 4.3)."""
DEPTH = 4
"""Number of convolutions before the last one."""
PROBE = 24
"""Side in LR pixels of the image with which the size of a network's features is probed."""


class SigmaBranch(nn.Module):
    """The sigma branch: 3x3 convolutions with PReLU, a last 3x3 convolution, pixel shuffle to RGB, and a sigmoid.

    Args:
        channels: channels of the features to which it is attached.
        factors: ratios of the HR size to the size of the features, each with a last convolution of its own. At 1,
            features are as large as HR, and nothing is shuffled.
        width: channels of the branch.
        depth: number of convolutions before the last one.
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
        """Return sigma (B, 3, h * factor, w * factor) in (0, 1), float32, for `features` (B, channels, h, w)."""
        logits: Tensor = self.upsample(self.map(features), factor)
        # bfloat16 is too coarse: it has 8 bits of precision, and no number between 0.998 and 1
        return torch.sigmoid(logits.float())

    def start_at(self, sigma: float) -> None:
        """Set the last biases so that the branch returns about `sigma`.

        Raises:
            UsageError: if `sigma` is not in (0, 1).
        """
        if not 0 < sigma < 1:
            raise UsageError(f"initial sigma {sigma!r}: expected a number between 0 and 1")
        for upsampler in self.upsample.values():
            last = upsampler if isinstance(upsampler, nn.Conv2d) else upsampler.get_submodule("0")
            if isinstance(last, nn.Conv2d) and last.bias is not None:
                nn.init.constant_(last.bias, math.log(sigma / (1 - sigma)))


class WithSigma(nn.Module):
    """A network, as submodule `network`, with a sigma branch on its features.

    Dropping the branch leaves ``network.*``, the network itself, at no further cost.

    Args:
        build: ``"module:attribute"`` of the network.
        kwargs: arguments of `build`.
        features: dotted name of the submodule of the network that receives the features.
        scale: the scale of a network for one scale, a further argument of `build`; None for a joint network.
        scales: the scales of a joint network; None for every scale, if features are as large as HR.
        width: channels of the branch.
        initial_sigma: mean of sigma before training; None for 0.5, by torch's initialisation of a convolution.
        gain: factor of the branch's output (`attach.as_gaussian`).

    Raises:
        PluginError: if the network has no submodule `features`, or if that is not called once with features
            (B, C, h, w) of the LR or the HR size.
        UsageError: if a scale is not a whole number although the branch has to enlarge.
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
        at_scale = {} if scale is None else {"scale": scale}
        self.network: nn.Module = load_object(build)(**kwargs, **at_scale)
        self._features = Features(self.network, features)
        supported = [scale] if scale is not None else scales
        channels, self._size = self._probe(supported[0] if supported else 2.0)
        if self._size is not None and supported is None:
            raise PluginError(
                f"{self._features.place}: features of the LR size need an upsampler for each scale; name the scales"
            )
        factors = {self._factor(supported_scale) for supported_scale in supported or (1.0,)}
        self.gain = gain
        self.sigma = SigmaBranch(channels, sorted(factors), width=width)
        if initial_sigma is not None:
            self.sigma.start_at(initial_sigma)

    def forward(self, lr: Tensor, scale: float) -> Prediction:
        """Upscale `lr` (B, 3, h, w), RGB in [0, 1], to SR and sigma, each (B, 3, h * scale, w * scale)."""
        sr, features = self._features.run(lr, scale)
        sigma: Tensor = self.sigma(features, self._factor(scale))
        height, width = sr.shape[-2:]  # a network that pads its input has larger features
        sigma = sigma[..., :height, :width]
        return Prediction(sr, sigma if self.gain == 1 else self.gain * sigma)

    def _factor(self, scale: float) -> int:
        """Return the ratio of the HR size to the size of the features."""
        factor = 1.0 if self._size is None else scale / self._size
        if not factor.is_integer():
            raise UsageError(
                f"{self._features.place}: no sigma at x{scale:g}: the branch shuffles pixels; use a whole-number scale"
            )
        return int(factor)

    def _probe(self, scale: float) -> tuple[int, float | None]:
        """Return the channels of the features, and the ratio of their size to the LR size.

        The ratio is None if the features are as large as HR.
        """
        training = self.network.training
        self.network.eval()
        with torch.no_grad():
            sr, features = self._features.run(torch.zeros(1, 3, PROBE, PROBE), scale)
        self.network.train(training)
        height, width = features.shape[-2:]
        if features.dim() != 4 or height != width or sr.shape[-1] % width:
            raise PluginError(
                f"{self._features.place}: its first argument is {tuple(features.shape)} for an LR image of "
                f"{PROBE}x{PROBE}; expected features (B, C, h, w) of the LR or the HR size"
            )
        return features.shape[1], None if width == sr.shape[-1] else width / PROBE


def _up(width: int, factor: int) -> nn.Module:
    """Return the last convolution of the branch, with a pixel shuffle if `factor` is above 1."""
    last = nn.Conv2d(width, 3 * factor**2, 3, padding=1)
    return last if factor == 1 else nn.Sequential(last, nn.PixelShuffle(factor))
