"""Download of datasets and weights from their public sources to the folder that srbench searches last."""

from __future__ import annotations

import hashlib
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from srbench.data.datasets.finder import open_folder
from srbench.data.fetch.archives import extract_images
from srbench.data.fetch.hub import beside, fetch, file_name
from srbench.data.fetch.urls import download_urls
from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.data.sr_images.folders import FOLDER
from srbench.errors import DataError, WeightsError
from srbench.weights.files import verify_weights

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.dataset import Archive, DatasetSpec
    from srbench.specs.images import ImagesSpec
    from srbench.specs.weights import WeightsSpec


LARGEST_WEIGHTS = 16 << 30
"""Bytes of the largest file of weights that is fetched."""


def get_dataset(spec: DatasetSpec, destination: Path, *, progress: bool = False) -> Dataset:
    """Download `spec` to ``<destination>/data/<name>/``, as ``HR/`` and ``LR_bicubic/X<scale>/``.

    The folder is created only once all archives are downloaded and unpacked and all images are present. Archives are
    kept in ``<destination>/downloads``, since several sets share one.

    Args:
        spec: The dataset.
        destination: The folder to download to.
        progress: Whether to show progress bars.

    Returns:
        The dataset in its folder.

    Raises:
        DataError: if the set can only be downloaded by hand, can't be downloaded, or is not the expected one.
    """
    folder = destination / "data" / spec.name
    if folder.exists():
        raise DataError(f"{folder}: exists already, but is not complete; remove it first")
    if not download_urls(spec):
        where = f" from {spec.archives[0].url}" if spec.archives else ""
        raise DataError(
            f"{spec.name}: can't be downloaded by a program; download it{where} by hand, and put its images into "
            f"{folder}/HR"
        )
    fetched = [_fetch(archive, destination / "downloads", progress=progress) for archive in spec.archives]
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{spec.name}-", dir=folder.parent) as temporary:
            unpacked = folder.parent / temporary / spec.name
            for archive, path in zip(spec.archives, fetched, strict=True):
                extract_images(path, _patterns(archive), unpacked)
            _refuse_incomplete(open_folder(unpacked, spec))
            unpacked.rename(folder)
    except DataError as error:
        for archive, path in zip(spec.archives, fetched, strict=True):
            if not archive.sha256:  # without a hash, only a new download can replace a wrong file
                path.unlink(missing_ok=True)  # two archives of a spec may be one file
        raise DataError(f"{spec.name}: {spec.archives[0].url} is not the expected set: {error}") from error
    except OSError as error:
        raise DataError(f"{folder}: can't be written ({error})") from error
    return open_folder(folder, spec)


def get_weights(spec: WeightsSpec, destination: Path, *, progress: bool = False) -> Path:
    """Download `spec` to ``<destination>/weights/``, and return the path of the file.

    Weights in several files get a folder of their own there.

    Args:
        spec: The weights.
        destination: The folder to download to.
        progress: Whether to show a progress bar.

    Raises:
        WeightsError: if the download fails, or if the file can only be downloaded by hand.
    """
    folder = destination / "weights" / (spec.name if spec.parts else "")
    path = folder / spec.filename
    if not spec.downloadable:
        names = " and ".join((spec.filename, *spec.parts))
        raise WeightsError(
            f"{spec.name}: can't be downloaded by a program; download {names} from {spec.url} by hand, and put "
            f"it at {path}"
        )
    for name, sha256 in spec.parts.items():
        url = beside(spec.url, name)
        fetch(url, folder / name, sha256, progress=progress, fault=WeightsError, largest=LARGEST_WEIGHTS)
    fetch(spec.url, path, spec.sha256, progress=progress, fault=WeightsError, largest=LARGEST_WEIGHTS)
    try:
        verify_weights(spec, path)  # a spec may know only the first digits of the hash, which `fetch` does not check
    except WeightsError:
        path.unlink()
        raise
    return path


def by_hand(spec: ImagesSpec, destination: Path) -> str:
    """Return instructions to get SR images by hand: the authors' page, and the folder under `destination` to use."""
    folder = destination / FOLDER / spec.folder / "Set5" / scale_label(spec.only_scale or 4)
    return (
        f"download the SR images from {spec.url} by hand ({spec.origin}), and put those of a dataset, e.g. of Set5, "
        f"into {folder}"
    )


def _fetch(archive: Archive, downloads: Path, *, progress: bool) -> Path:
    prefix = hashlib.sha256(archive.url.encode()).hexdigest()[:8]  # two servers may use one file name
    path = downloads / f"{prefix}-{file_name(archive.url)}"
    return fetch(archive.url, path, archive.sha256, progress=progress, fault=DataError)


def _patterns(archive: Archive) -> dict[str, str]:
    """Return the glob of the members for each folder of the dataset: ``HR``, ``LR_bicubic/X4``."""
    lr = {f"LR_bicubic/{scale_label(scale)}": pattern for scale, pattern in archive.lr.items()}
    return lr | ({"HR": archive.hr} if archive.hr else {})


def _refuse_incomplete(dataset: Dataset) -> None:
    if dataset.spec and dataset.incomplete:
        raise DataError(f"{len(dataset.images)} of {dataset.spec.images} images")
