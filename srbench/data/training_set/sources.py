"""Resolution of a recipe's data sources to the images of a training set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.datasets.finder import DatasetFinder
    from srbench.data.image_files import ImageFiles


@dataclass(frozen=True)
class TrainingImage:
    """One training image: its name in the whole training set, its files, and its dataset."""

    name: str
    files: ImageFiles
    dataset: Dataset


def training_images(sources: Sequence[str], finder: DatasetFinder) -> tuple[TrainingImage, ...]:
    """Return the images of all `sources`, in their order.

    A name that two sources share is prefixed with the name of its dataset (``T91/t1``).

    Args:
        sources: Datasets by name or alias, parts of them (``BSDS500/train``), or folders.
        finder: Finder of the datasets.

    Raises:
        UsageError: if there are no sources, if one is BSDS500's val part (its images are B100, a test set) or the test
            part of a split, or if two sources hold the same image.
        DataError: if a source cannot be found, or if two images have one name.
    """
    if not sources:
        raise UsageError("no training data; name datasets or folders")
    datasets = [find_source(source, finder) for source in sources]
    shared = Counter(files.name for dataset in datasets for files in dataset.images)
    images = [
        TrainingImage(f"{dataset.name}/{files.name}" if shared[files.name] > 1 else files.name, files, dataset)
        for dataset in datasets
        for files in dataset.images
    ]
    _check_distinct(images)
    return tuple(images)


def find_source(source: str, finder: DatasetFinder) -> Dataset:
    """Return the dataset or folder `source` for training.

    Raises:
        UnknownName: if it is neither a folder nor a registered dataset; the message names the nearest one.
        DataError: if it is not found.
        UsageError: if its images are test images.
    """
    dataset = finder.find(source)
    if dataset is None:
        if finder.registry is not None and "/" not in source and "#" not in source:
            finder.registry.get(source)  # suggests the nearest name
        dataset = finder.require(source)
    for folder in dataset.folders:
        _check_not_b100(folder.resolve(), source, finder)
    if dataset.kept_for_tests:
        raise UsageError(f"{source}: its images are the test part of a split; train on the train part")
    return dataset


def check_unseen(trained_on: Sequence[TrainingImage], measured_on: Sequence[ImageFiles], label: str) -> None:
    """Check that no test or validation image is a training image.

    Args:
        trained_on: The training images.
        measured_on: The test or validation images.
        label: Name of `measured_on` in the error.

    Raises:
        UsageError: if an image is in both.
    """
    files = {image.files.hr.resolve(): image for image in trained_on}
    seen = [files[path] for image in measured_on if (path := image.hr.resolve()) in files]
    if seen:
        raise UsageError(
            f"{seen[0].files.hr}: {label} has {len(seen)} of the training images of {seen[0].dataset.name}; "
            "train on the train part of the same split"
        )


def _check_not_b100(folder: Path, source: str, finder: DatasetFinder) -> None:
    parent, registry = folder.parent.name, finder.registry
    is_bsds = registry is not None and parent in registry and registry.get(parent).name == "BSDS500"
    if is_bsds and folder.name.casefold() == "val":
        raise UsageError(f"{source}: its images are B100, a test set; train on BSDS500, or on its train or test part")


def _check_distinct(images: list[TrainingImage]) -> None:
    """Check that no two images share a file or a name."""
    files: dict[Path, TrainingImage] = {}
    names: dict[str, TrainingImage] = {}
    for image in images:
        path = image.files.hr.resolve()
        if (other := files.setdefault(path, image)) is not image:
            raise UsageError(
                f"{path}: is both in {other.dataset.name} and in {image.dataset.name}; name only one of these sources"
            )
        if (other := names.setdefault(image.name, image)) is not image:
            raise DataError(
                f"{image.files.hr}: has the same name, {image.name}, as {other.files.hr}; rename one of the two"
            )
