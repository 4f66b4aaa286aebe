"""The SR images of a dataset at a scale: paired, fingerprinted and read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from srbench.data.datasets.hr_image import read_hr
from srbench.data.integrity.fingerprint import pixel_hash
from srbench.data.sr_images.names import SrNames
from srbench.errors import DataError
from srbench.imaging.colour import as_rgb, has_colours
from srbench.imaging.hr_crop import hr_side, lr_side
from srbench.imaging.image_io import read_8_bits
from srbench.storage.file_hashes import cached_hashes
from srbench.storage.text_encoding import name_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from numpy.typing import NDArray

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.data.sr_images.folders import SrFolder
    from srbench.specs.images import ImagesSpec
    from srbench.specs.protocol import HrCrop


@dataclass(frozen=True)
class SrImageSet:
    """Files of the SR images of a dataset at a scale."""

    spec: ImagesSpec
    folder: Path
    scale: float
    files: Mapping[str, Path]
    """SR files by the name of the HR image."""
    hash: str = ""
    """Fingerprint of the decoded pixels (`fingerprint`); empty if files are not hashed."""
    verified: bool = False
    """Whether the fingerprint is that of a registered copy."""

    def remark(self, quantise: str) -> str:
        """Return a remark on the origin of the files for readers of the number.

        Args:
            quantise: Conversion to 8 bits of the protocol (`Protocol.quantise`).
        """
        written = self.spec.written
        if not self.verified:
            origin = "no fingerprint of their copy is registered, so nothing shows that they are their authors'"
        elif not written:
            origin = "it is not known whether their authors rounded or truncated them"
        elif written.startswith(quantise):
            origin = f"their authors {written} them, as the protocol does"
        else:
            origin = f"their authors {written} them, where the protocol would {quantise}"
        return f"images: finished SR files of {self.spec.folder} in place of a network; {origin}"


def sr_names(folder: SrFolder, spec: ImagesSpec, scale: float) -> SrNames:
    """Return the forms of names that files in `folder` may have."""
    return SrNames(scale, (*spec.labels, spec.name), stated=folder.scale is None)


def open_sr_images(spec: ImagesSpec, folder: SrFolder, dataset: Dataset, scale: float) -> SrImageSet:
    """Return the SR images in `folder`, paired with the HR images of `dataset`, without their hash.

    Raises:
        DataError: as `SrNames.pair`.
    """
    hr_files = {image.name: image.hr_at(scale) for image in dataset.at(scale).images}
    files = sr_names(folder, spec, scale).pair(hr_files, folder.images, folder.path)
    return SrImageSet(spec, folder.path, scale, files)


def fingerprint(files: Mapping[str, Path]) -> str:
    """Return the SHA-256 over the sorted lines ``<HR name> <SHA-256 of the SR image's shape and pixels>``.

    Raises:
        DataError: if an image can't be read.
    """
    digests = cached_hashes(list(files.values()), "pixels", pixel_hash)
    lines = sorted(f"{name} {digest}\n" for name, digest in zip(files, digests, strict=True))
    return hashlib.sha256(name_bytes("".join(lines))).hexdigest()


def read_sr_pair(
    images: SrImageSet, files: ImageFiles, dataset: Dataset, hr_crop: HrCrop = "scale"
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return SR and HR of an image, uint8 (H, W, 3) RGB or (H, W) grey; HR is cropped as for a network.

    Files of 16 bits are rounded to 8.

    Args:
        images: The SR images.
        files: Files of the HR image.
        dataset: Dataset of the HR image.
        hr_crop: Rule by which HR is cropped (`Protocol.hr_crop`).

    Raises:
        DataError: if an image can't be read, if SR has another size than the cropped HR image, if it is grey and HR is
            not, or if it is the HR image itself; the message names both files.
    """
    path, hr_file = images.files[files.name], files.hr_at(images.scale)
    sr, hr = read_8_bits(path), read_hr(files, images.scale)
    if not dataset.equal_size:
        height, width = (hr_side(lr_side(side, images.scale, hr_crop), images.scale) for side in hr.shape[:2])
        hr = hr[:height, :width]
    if sr.shape[:2] != hr.shape[:2]:
        raise DataError(
            f"{path}: SR is {sr.shape[1]}x{sr.shape[0]}, but {hr_file}, cropped for x{images.scale:g}, is "
            f"{hr.shape[1]}x{hr.shape[0]}; get the SR image of this HR image at this scale"
        )
    check_colours(path, sr, hr_file, hr)
    if np.array_equal(as_rgb(sr), as_rgb(hr)):
        raise DataError(f"{path}: has the pixels of {hr_file}; put the SR image in place of the HR image")
    return sr, hr


def check_colours(sr_file: Path, sr: NDArray[Any], hr_file: Path, hr: NDArray[Any]) -> None:
    """Check that an SR image has colours if its HR image has; a picture without any may be stored as grey or as RGB.

    Args:
        sr_file: File of the SR image, for the message.
        sr: The SR image, (H, W, 3) RGB or (H, W) grey.
        hr_file: File of the HR image, for the message.
        hr: The HR image, likewise.

    Raises:
        DataError: if `sr` is grey and `hr` is not; the message names both files.
    """
    if sr.ndim == 2 and has_colours(hr):
        raise DataError(
            f"{sr_file}: grey, but {hr_file} has colours; get the SR image in colour (the luma alone can't be compared)"
        )
