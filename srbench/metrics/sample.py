"""SR image and its HR image, prepared once per protocol for all metrics."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from srbench.errors import Unavailable
from srbench.imaging.colour import as_rgb, as_uint8, full_range, luma, shave
from srbench.imaging.deep import STEP
from srbench.imaging.levels import HALF_UP

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.specs.protocol import Protocol

Value = TypeVar("Value")


@dataclass
class Sample:
    """Input of a metric of images.

    `sr` and `hr` are uint8, (H, W, 3) RGB or (H, W) grey, of equal height and width; of files with 16 bits a channel
    they are float64 in the same units, multiples of 1/257. Grey counts as RGB with three equal channels, however the
    file stored it, unless the protocol keeps grey images and both are grey. `hr` is None for metrics without reference.
    `sigma` is the model's (H, W) or (H, W, 3) standard deviation in [0, 1]. `sr_float` is the network's output before
    its conversion to uint8, RGB in [0, 1], for the metrics that need it.
    """

    name: str
    sr: NDArray[Any]
    hr: NDArray[Any] | None
    scale: float
    protocol: Protocol
    sr_float: NDArray[np.float32] | None = None
    sigma: NDArray[np.float32] | None = None
    _computed: dict[Hashable, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """Return `compute()`, computed by the first metric that asks for `key` and shared with the others.

        Args:
            key: Name of the value, with the files and settings that it depends on.
            compute: Function of this sample; if it raises, nothing is kept.
        """
        if key not in self._computed:
            self._computed[key] = compute()
        value: Value = self._computed[key]
        return value

    @property
    def finite(self) -> bool:
        """Whether the network's output contains neither NaN nor infinity."""
        return self.sr_float is None or bool(np.isfinite(self.sr_float).all())

    @cached_property
    def pair(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """SR and HR on the protocol's channels, with the crop border removed.

        Both are float64 in [0, 255], (H, W) luma or (H, W, 3) RGB.

        Raises:
            ValueError: if there is no HR image.
        """
        if self.hr is None:
            raise ValueError(f"{self.name}: there is no HR image")
        grey_is_kept = self.protocol.luma_in and self.sr.ndim == self.hr.ndim
        sr, hr = (self.sr, self.hr) if grey_is_kept else (as_rgb(self.sr), as_rgb(self.hr))
        border = self.protocol.crop_border(self.scale)
        return self._channel(shave(sr, border)), self._channel(shave(hr, border))

    @cached_property
    def rgb(self) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
        """SR, and HR or None, as uint8 (H, W, 3) RGB with the crop border removed, for perceptual metrics.

        Files of 16 bits are rounded to 8.

        Raises:
            Unavailable: if the protocol restores luma alone.
        """
        refuse_luma(self.protocol)
        border = self.protocol.crop_border(self.scale)
        hr = None if self.hr is None else as_uint8(shave(as_rgb(self.hr), border))
        return as_uint8(shave(as_rgb(self.sr), border)), hr

    @property
    def device_sr(self) -> Tensor | None:
        """SR on a GPU, (1, C, H, W) uint8; None: it is in host memory, where NumPy measures it."""
        return None

    @property
    def device_pair(self) -> tuple[Tensor, Tensor] | None:
        """`pair` on a GPU, (1, C, H, W) float64; None: the images are in host memory."""
        return None

    @property
    def device_rgb(self) -> tuple[Tensor, Tensor | None] | None:
        """`rgb` on a GPU, (1, 3, H, W) uint8; None: the images are in host memory."""
        return None

    def _channel(self, image: NDArray[Any]) -> NDArray[np.float64]:
        if image.ndim == 2 or self.protocol.colour == "rgb":
            return image.astype(np.float64)
        convert = full_range if self.protocol.colour == "y-full" else luma
        if image.dtype == np.uint8:
            return convert(image, rounded=self.protocol.round_y)
        y = convert(image, rounded=False)
        return np.floor(y * STEP + HALF_UP) / STEP if self.protocol.round_y else y  # to levels of 16 bits


def refuse_luma(protocol: Protocol) -> None:
    """Check that a protocol restores colour.

    Raises:
        Unavailable: if it restores luma alone.
    """
    if protocol.luma_lr:
        raise Unavailable(f"protocol {protocol.name} restores luma alone; there is no colour to compare")
