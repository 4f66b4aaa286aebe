"""Datasets and weights from their public homes into the folder that srbench searches last."""

from __future__ import annotations

import hashlib
from pathlib import PurePosixPath
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from srbench.data.datasets.finder import open_folder
from srbench.data.fetch.archives import extract_images
from srbench.data.fetch.download import download
from srbench.data.layouts.hr_lr_folders import scale_label
from srbench.errors import DataError, WeightsError

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.specs.dataset import Archive, DatasetSpec
    from srbench.specs.weights import WeightsSpec


def get_dataset(spec: DatasetSpec, destination: Path, *, progress: bool = False) -> Dataset:
    """Fetch `spec` into ``<destination>/data/<name>/`` as ``HR/`` and ``LR_bicubic/X<scale>/``.

    The folder appears when every archive is fetched and unpacked and all images are there, or not at all. Archives stay
    in ``<destination>/downloads``: several sets share one. Raises `DataError` where the set is to be had by hand
    only, can't be fetched, or isn't what it should be.
    """
    folder = destination / "data" / spec.name
    if folder.exists():
        raise DataError(f"{folder}: there already, but not complete; remove it first")
    if not spec.archives or not all(archive.hr or archive.lr for archive in spec.archives):
        where = f" from {spec.archives[0].url}" if spec.archives else ""
        raise DataError(
            f"{spec.name}: no program can fetch it; get it{where}, by hand, and put its images into {folder}/HR"
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
            if not archive.sha256:  # the next attempt fetches it anew
                path.unlink()
        raise DataError(f"{spec.name}: what came from {spec.archives[0].url} is not the set: {error}") from error
    except OSError as error:
        raise DataError(f"{folder}: can't be written ({error})") from error
    return open_folder(folder, spec)


def get_weights(spec: WeightsSpec, destination: Path, *, progress: bool = False) -> Path:
    """Fetch `spec` into ``<destination>/weights/``; raises `WeightsError` where that fails or is to be done by hand."""
    path = destination / "weights" / spec.filename
    if not spec.downloadable:
        raise WeightsError(
            f"{spec.name}: no program can fetch it; get {spec.filename} from {spec.url} and put it at {path}"
        )
    return download(spec.url, path, spec.sha256, progress=progress, fault=WeightsError)


def _fetch(archive: Archive, downloads: Path, *, progress: bool) -> Path:
    home = hashlib.sha256(archive.url.encode()).hexdigest()[:8]  # two homes may use one file name
    path = downloads / f"{home}-{PurePosixPath(urlsplit(archive.url).path).name}"
    return download(archive.url, path, archive.sha256, progress=progress, fault=DataError)


def _patterns(archive: Archive) -> dict[str, str]:
    lr = {f"LR_bicubic/{scale_label(scale)}": pattern for scale, pattern in archive.lr.items()}
    return lr | ({"HR": archive.hr} if archive.hr else {})


def _refuse_incomplete(dataset: Dataset) -> None:
    if dataset.spec and dataset.incomplete:
        raise DataError(f"{len(dataset.images)} of {dataset.spec.images} images")
