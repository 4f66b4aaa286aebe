"""One SR image beside its HR image, prepared once per protocol for all metrics."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from srbench.imaging.colour import as_rgb, full_range, luma, same_channels, shave

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from srbench.specs.protocol import Protocol


@dataclass
class Sample:
    """What a metric of an image may look at.

    `sr` and `hr` are uint8, (H, W, 3) RGB or (H, W) grey, of equal height and width. Where only one of the two is
    grey, it is compared as RGB with three equal channels (a network makes a colour image of a grey one).
    `hr` is None for metrics without reference. `sigma` is the model's (H, W) or (H, W, 3) standard deviation in [0, 1].
    `sr_float` is the network's output before it became uint8, RGB in [0, 1], where a metric needs it.
    """

    name: str
    sr: NDArray[np.uint8]
    hr: NDArray[np.uint8] | None
    scale: float
    protocol: Protocol
    sr_float: NDArray[np.float32] | None = None
    sigma: NDArray[np.float32] | None = None

    @property
    def finite(self) -> bool:
        """Whether the network gave numbers: no NaN, no infinity."""
        return self.sr_float is None or bool(np.isfinite(self.sr_float).all())

    @cached_property
    def pair(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(SR, HR) as the protocol compares them: float64 in [0, 255], (H, W) luma or (H, W, 3) RGB, border shaved."""
        if self.hr is None:
            raise ValueError(f"{self.name} has no HR image")
        sr, hr = same_channels(self.sr, self.hr)
        border = self.protocol.crop_border(self.scale)
        return self._channel(shave(sr, border)), self._channel(shave(hr, border))

    @cached_property
    def rgb(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """(SR, HR or None) as uint8 (H, W, 3), border shaved: what LPIPS and NIMA look at."""
        border = self.protocol.crop_border(self.scale)
        hr = None if self.hr is None else shave(as_rgb(self.hr), border)
        return shave(as_rgb(self.sr), border), hr

    def _channel(self, image: NDArray[np.uint8]) -> NDArray[np.float64]:
        if image.ndim == 2 or self.protocol.colour == "rgb":
            return image.astype(np.float64)
        if self.protocol.colour == "y-full":
            return full_range(image, rounded=self.protocol.round_y)
        return luma(image, rounded=self.protocol.round_y)
