"""A sample whose SR image lies on a GPU, where metrics measure it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from srbench.imaging.colour import shave_planes, tensor_luma
from srbench.metrics.sample import Sample, refuse_luma

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.specs.protocol import Protocol


class DeviceSample(Sample):
    """SR of a network on a GPU, and HR; metrics that work on NumPy arrays get copies in host memory on first access.

    All images of a copy by `dataclasses.replace` are in host memory.

    Args:
        name: Name of the image.
        sr: SR, (1, C, H, W) uint8, on its device.
        hr: HR as in `Sample`, uint8, or None.
        scale: Scale factor.
        protocol: Protocol of the measurement.
        sr_float: The network's output before its conversion to uint8, (1, C, H, W) in [0, 1].
        sigma: The model's standard deviation, (1, 1 or C, H, W) in [0, 1].
    """

    def __init__(
        self,
        name: str,
        sr: Tensor | NDArray[Any],
        hr: NDArray[Any] | None,
        scale: float,
        protocol: Protocol,
        sr_float: Tensor | NDArray[Any] | None = None,
        sigma: Tensor | NDArray[Any] | None = None,
    ) -> None:
        self.name, self.hr, self.scale, self.protocol = name, hr, scale, protocol
        self._sr, self._output, self._sigma = sr, sr_float, sigma
        self._computed = {}

    @cached_property
    def sr(self) -> NDArray[Any]:  # type: ignore[override]  # a copy, made on first access
        """SR in host memory."""
        image = _in_host_memory(self._sr)
        return image[..., 0] if image.shape[2:] == (1,) else image

    @cached_property
    def sr_float(self) -> NDArray[np.float32] | None:  # type: ignore[override]
        """The network's output in host memory."""
        return None if self._output is None else _in_host_memory(self._output).astype(np.float32, copy=False)

    @cached_property
    def sigma(self) -> NDArray[np.float32] | None:  # type: ignore[override]
        """The model's standard deviation in host memory."""
        return None if self._sigma is None else _in_host_memory(self._sigma).astype(np.float32, copy=False)

    @property
    def finite(self) -> bool:
        """Whether the network's output contains neither NaN nor infinity."""
        if self._output is None or isinstance(self._output, np.ndarray):
            return super().finite
        return bool(self._output.isfinite().all())

    @property
    def device_sr(self) -> Tensor | None:
        """SR on its device, (1, C, H, W) uint8."""
        return None if isinstance(self._sr, np.ndarray) else self._sr

    @cached_property
    def device_hr(self) -> Tensor | None:
        """HR on the device of SR, (1, C, H, W) uint8, or None."""
        import torch

        if self.hr is None or self.device_sr is None:
            return None
        planes = np.ascontiguousarray(np.atleast_3d(self.hr).transpose(2, 0, 1))
        return torch.from_numpy(planes)[None].to(self.device_sr.device)

    @cached_property
    def device_pair(self) -> tuple[Tensor, Tensor] | None:
        """The images of `pair`, as (1, C, H, W) float64 on the device; luma has one channel."""
        sr, hr = self.device_sr, self.device_hr
        if sr is None or hr is None:
            return None  # metrics then read `pair`, which raises the error
        if not (self.protocol.luma_in and sr.shape[1] == hr.shape[1]):
            sr, hr = _as_rgb(sr), _as_rgb(hr)
        border = self.protocol.crop_border(self.scale)
        return self._planes(shave_planes(sr, border)), self._planes(shave_planes(hr, border))

    @cached_property
    def device_rgb(self) -> tuple[Tensor, Tensor | None] | None:
        """The images of `rgb`, as (1, 3, H, W) uint8 on the device."""
        if self.device_sr is None:
            return None
        refuse_luma(self.protocol)
        border, hr = self.protocol.crop_border(self.scale), self.device_hr
        return shave_planes(_as_rgb(self.device_sr), border), None if hr is None else shave_planes(_as_rgb(hr), border)

    def _planes(self, image: Tensor) -> Tensor:
        if image.shape[1] == 1 or self.protocol.colour == "rgb":
            return image.double()
        return tensor_luma(image, rounded=self.protocol.round_y, full=self.protocol.colour == "y-full")


def _in_host_memory(planes: Tensor | NDArray[Any]) -> NDArray[Any]:
    """Return a (1, C, H, W) tensor as an (H, W, C) array: uint8 as it is, floating point in float32."""
    if isinstance(planes, np.ndarray):
        return planes
    image = planes[0].detach().permute(1, 2, 0)
    image = image.float() if image.is_floating_point() else image  # NumPy has no bfloat16
    copy: NDArray[Any] = image.cpu().numpy()
    return copy


def _as_rgb(planes: Tensor) -> Tensor:
    """Return a grey image as RGB with three equal channels."""
    return planes.expand(-1, 3, -1, -1)
