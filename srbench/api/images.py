"""PSNR and SSIM of two images, given as arrays, tensors or files."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from srbench.errors import DataError, UsageError
from srbench.metrics.psnr import psnr as psnr_of
from srbench.metrics.sample import Sample
from srbench.metrics.ssim import ssim as ssim_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from srbench.specs.protocol import Protocol

    Image = NDArray[Any] | Tensor | str | os.PathLike[str]


@overload
def psnr(sr: Sample) -> float: ...
@overload
def psnr(sr: Image, hr: Image, *, scale: float, protocol: str | Protocol = ...) -> float: ...
def psnr(
    sr: Sample | Image, hr: Image | None = None, *, scale: float | None = None, protocol: str | Protocol = "standard"
) -> float:
    """Compute the PSNR of SR against HR on the protocol's channels, in dB; inf for equal images.

    Args:
        sr: SR image: an array (H, W, 3) or (H, W), a tensor (3, H, W) or (1, 3, H, W), or a file. Whole numbers are
            levels of 8 or 16 bits; floating point is in [0, 1] and becomes levels of 8 bits as the protocol says. Or a
            `Sample`, alone.
        hr: HR image, likewise; it may be larger by less than `scale` pixels, which are cropped.
        scale: Scale, which determines the crop border.
        protocol: Protocol, or its name.

    Raises:
        DataError: if an image can't be read or used, or if the sizes do not fit.
        UsageError: if `hr` or `scale` is left out.
        Unavailable: if border cropping leaves no pixel.
    """
    return psnr_of(_sample(sr, hr, scale, protocol, "psnr"))


@overload
def ssim(sr: Sample) -> float: ...
@overload
def ssim(sr: Image, hr: Image, *, scale: float, protocol: str | Protocol = ...) -> float: ...
def ssim(
    sr: Sample | Image, hr: Image | None = None, *, scale: float | None = None, protocol: str | Protocol = "standard"
) -> float:
    """Compute the SSIM of SR against HR on the protocol's channels, in [-1, 1]; 1 for equal images.

    Args:
        sr: SR image, or a `Sample`, as for `srbench.psnr`.
        hr: HR image.
        scale: Scale, which determines the crop border.
        protocol: Protocol, or its name.

    Raises:
        DataError: if an image can't be read or used, or if the sizes do not fit.
        UsageError: if `hr` or `scale` is left out.
        Unavailable: if the image is smaller after border cropping than the window of 11 x 11 pixels.
    """
    return ssim_of(_sample(sr, hr, scale, protocol, "ssim"))


def _sample(sr: Any, hr: Any, scale: float | None, protocol: str | Protocol, function: str) -> Sample:
    """Return the two images as the metrics take them; errors name the `function` that was called."""
    if isinstance(sr, Sample):
        return sr
    if hr is None or scale is None:
        lacking = "hr" if hr is None else "scale"
        raise UsageError(f"srbench.{function}: {lacking} is left out; write srbench.{function}(sr, hr, scale=4)")
    if not isinstance(scale, (int, float)):
        raise UsageError(f"srbench.{function}: scale is {scale!r}; give a number")
    if scale < 1:
        raise UsageError(f"srbench.{function}: scale {scale} is below 1: super-resolution enlarges")
    from srbench.bench.score import sample_of

    if isinstance(protocol, str):
        from srbench.catalog import load_catalog

        protocol = load_catalog().protocols.get(protocol)
    names = tuple(os.fspath(image) if _is_path(image) else role for image, role in ((sr, "sr"), (hr, "hr")))
    levels = [_levels(image, name, protocol) for image, name in zip((sr, hr), names, strict=True)]
    return sample_of("image", levels[0], levels[1], Path(names[0]), Path(names[1]), scale, protocol)


def _is_path(image: Any) -> bool:
    return isinstance(image, (str, os.PathLike))


def _levels(image: Any, name: str, protocol: Protocol) -> NDArray[Any]:
    """Return an image as `srbench.imaging.image_io.read_levels` does: uint8 or uint16, (H, W, 3) or (H, W)."""
    if _is_path(image):
        from srbench.imaging.image_io import read_levels

        return read_levels(Path(image))
    if hasattr(image, "detach"):  # a tensor: channels first
        image = image.detach().cpu()
        image = (image.float() if image.is_floating_point() else image).numpy()
        image = image[0] if image.ndim == 4 and len(image) == 1 else image
        image = image.transpose(1, 2, 0) if image.ndim == 3 else image
    if not isinstance(image, np.ndarray):
        raise DataError(f"{name}: a {type(image).__name__}; give an array, a tensor or the path of an image file")
    image = image[..., 0] if image.ndim == 3 and image.shape[2] == 1 else image
    if image.shape[2:] not in {(), (3,)} or image.ndim < 2:
        raise DataError(
            f"{name}: shape {image.shape}; an array is (H, W, 3) or (H, W), a tensor (3, H, W) or (1, 3, H, W)"
        )
    if image.dtype in {np.dtype(np.uint8), np.dtype(np.uint16)}:
        return np.ascontiguousarray(image)
    if not np.issubdtype(image.dtype, np.floating):
        raise DataError(f"{name}: {image.dtype}; give uint8, uint16, or floating point in [0, 1]")
    return _quantised(image, name, protocol)


def _quantised(image: NDArray[Any], name: str, protocol: Protocol) -> NDArray[np.uint8]:
    """Return an image in [0, 1] in 8 bits, as the output of a network is converted."""
    import torch

    from srbench.models.tensors import to_uint8

    low, high = float(image.min(initial=0)), float(image.max(initial=0))
    if not (low >= -1 and high <= 2):  # a network may overshoot a little; levels, or NaN, are another matter
        raise DataError(
            f"{name}: values in [{low:g}, {high:g}]; floating point is taken in [0, 1]: divide, or give uint8"
        )
    planes = image[None] if image.ndim == 2 else image.transpose(2, 0, 1)
    return to_uint8(torch.from_numpy(np.ascontiguousarray(planes, dtype=np.float32))[None], protocol.quantise)
