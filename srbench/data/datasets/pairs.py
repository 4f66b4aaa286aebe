"""Pairs of an LR and an HR image, from which every measurement starts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from srbench.data.datasets.degradation import degrade
from srbench.data.datasets.hr_image import read_hr
from srbench.errors import DataError
from srbench.imaging.colour import luma
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.image_io import read_8_bits
from srbench.imaging.resize import imresize

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.specs.protocol import HrCrop, Protocol, ResizeMode

LARGEST_DIFFERENCE = 1.0
"""Largest mean difference, in grey levels, of an LR file from the result of its imresize.

Over Set5, Set14 and B100 at x2 to x4, other bicubics (MATLAB's and Pillow's) and HR off by one level stay under 0.5;
LR shifted by a pixel gives 2 or more, another picture 7 or more.
"""


@dataclass(frozen=True, eq=False)
class Pair:
    """LR and HR of an image at a scale: uint8, (h, w, 3) and (H, W, 3) RGB, or (h, w) and (H, W) if it is grey.

    Under a protocol that does not round LR, `lr` is float64 in the same units; under one that compares luma alone, both
    images are luma, (h, w) and (H, W).
    """

    name: str
    lr: NDArray[Any]
    hr: NDArray[np.uint8]
    lr_source: str
    """Source of LR: ``file``, ``made:<mode of imresize>``, or ``made:<the dataset's degradation>``."""


def pair_under(protocol: Protocol, files: ImageFiles, scale: float, dataset: Dataset) -> Pair:
    """Return LR and HR of an image of `dataset` as `protocol` has them.

    Args:
        protocol: Protocol of the measurement.
        files: Files of the image.
        scale: Scale factor.
        dataset: Dataset that the image belongs to.

    Raises:
        DataError: as `load_pair`; also if the protocol makes LR in floating point, but the dataset has LR images of its
            own (real pairs, or a degradation).
    """
    if not protocol.makes_lr:
        return load_pair(files, scale, protocol.lr, dataset, protocol.hr_crop)
    if dataset.brings_lr:
        raise DataError(
            f"{dataset.name}: protocol {protocol.name} makes LR from HR in floating point, but this dataset has LR "
            "images of another kind; choose a protocol that reads them, such as standard"
        )
    hr = read_hr(files, scale)
    height, width = _lr_size(files, hr, scale, protocol.hr_crop)
    hr = hr[: hr_side(height, scale), : hr_side(width, scale)]
    if protocol.luma_lr and hr.ndim == 3:
        hr = luma(hr, rounded=True).astype(np.uint8)
    source = hr.astype(np.float64) if not protocol.round_lr else hr
    lr = imresize(source, 1 / scale, mode=protocol.lr, size=(height, width))
    return Pair(files.name, lr, hr, f"made:{protocol.lr}")


def _lr_size(files: ImageFiles, hr: NDArray[np.uint8], scale: float, hr_crop: HrCrop) -> tuple[int, int]:
    """Return the (height, width) of the LR image of `hr`.

    Raises:
        DataError: if a side is 0.
    """
    height, width = (lr_side(side, scale, hr_crop) for side in hr.shape[:2])
    if not (height and width):
        raise DataError(f"{files.hr_at(scale)}: {_size(hr)} is too small for scale {scale:g}; choose a smaller scale")
    return height, width


def load_pair(
    files: ImageFiles, scale: float, lr_mode: ResizeMode, dataset: Dataset, hr_crop: HrCrop = "scale"
) -> Pair:
    """Return LR and HR of an image of `dataset`.

    The LR file is used if there is one at `scale` that was made by `lr_mode` or in an unknown way; otherwise LR is made
    from the cropped HR. HR is cropped at the right and bottom to `hr_side` of the LR sides (at whole scales: to
    multiples of `scale`). Both files of a pair of equal size are used as they are. If a dataset has a degradation, LR
    is made by it from the same HR.

    Args:
        files: Files of the image.
        scale: Scale factor.
        lr_mode: Mode of imresize that makes LR.
        dataset: Dataset that the image belongs to.
        hr_crop: Rule by which HR is cropped (`Protocol.hr_crop`).

    Raises:
        DataError: if a file cannot be read, if the sizes of the HR and LR files do not match, or if an LR file clearly
            was not made by its stated `lr_mode`.
    """
    hr_file = files.hr_at(scale)
    hr = read_hr(files, scale)
    if dataset.equal_size and dataset.degradation:
        lr = degrade(dataset.degradation, hr, scale, files.name, hr.shape[:2])
        return Pair(files.name, lr, hr, f"made:{dataset.degradation.label}")
    if dataset.equal_size:
        return _real_pair(files, hr_file, hr, dataset.lr_file(files, scale))
    height, width = _lr_size(files, hr, scale, "scale" if dataset.by_scale else hr_crop)  # pairs have their sizes
    cropped = hr[: hr_side(height, scale), : hr_side(width, scale)]
    if dataset.degradation:
        lr = degrade(dataset.degradation, cropped, scale, files.name, (height, width))
        return Pair(files.name, lr, cropped, f"made:{dataset.degradation.label}")
    lr_file = dataset.lr_file(files, scale) if dataset.uses_own_lr(scale, lr_mode, hr_crop) else None
    if lr_file is None:
        return Pair(files.name, _make_lr(cropped, scale, lr_mode, height, width), cropped, f"made:{lr_mode}")
    lr = read_8_bits(lr_file)
    if lr.shape[:2] != (height, width):
        raise DataError(
            f"{lr_file}: {_size(lr)} does not fit {hr_file}, {_size(hr)}; at scale {scale:g} expected {width}x{height}"
        )
    if dataset.lr_mode:
        _check_origin(lr_file, lr, hr_file, _make_lr(cropped, scale, lr_mode, height, width), lr_mode)
    return Pair(files.name, lr, cropped, "file")


def _make_lr(hr: NDArray[np.uint8], scale: float, mode: ResizeMode, height: int, width: int) -> NDArray[np.uint8]:
    """Return the uint8 LR image that imresize makes of `hr`."""
    return imresize(hr, 1 / scale, mode=mode, size=(height, width)).astype(np.uint8, copy=False)


def _real_pair(files: ImageFiles, hr_file: Path, hr: NDArray[np.uint8], lr_file: Path | None) -> Pair:
    if lr_file is None:
        raise DataError(
            f"{hr_file}: a real pair at {', '.join(f'x{scale:g}' for scale in files.lr)} only; choose that scale"
        )
    lr = read_8_bits(lr_file)
    if lr.shape[:2] != hr.shape[:2]:
        raise DataError(
            f"{lr_file}: {_size(lr)} does not fit {hr_file}, {_size(hr)}; expected equal sizes here "
            "(put smaller LR images into LR_bicubic/X2/, LR_bicubic/X4/, ...)"
        )
    return Pair(files.name, lr, hr, "file")


def _check_origin(
    lr_file: Path, lr: NDArray[np.uint8], hr_file: Path, expected: NDArray[np.uint8], mode: ResizeMode
) -> None:
    """Check that an LR file was made from its HR file: that it is near `expected`, the LR image that `mode` makes.

    SelfExSR's copy of Urban100 at x2 has LR images of the right size that do not belong to their HR images.
    """
    difference = float(np.abs(np.atleast_3d(lr).astype(np.int16) - np.atleast_3d(expected)).mean())
    if difference > LARGEST_DIFFERENCE:
        raise DataError(
            f"{lr_file}: differs by {difference:.1f} grey levels (mean) from what {mode} makes of {hr_file}: not "
            "its LR image, or made in another way; get it again, or remove the LR images to have them made"
        )


def _size(image: NDArray[np.uint8]) -> str:
    return f"{image.shape[1]}x{image.shape[0]}"
