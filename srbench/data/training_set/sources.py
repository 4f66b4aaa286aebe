"""Resolution of a recipe's data sources to the images of a training set."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.datasets.derivation import derived_spec
from srbench.data.datasets.finder import find_dataset, open_folder, require_dataset
from srbench.errors import DataError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.catalog import Catalog
    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles


@dataclass(frozen=True)
class TrainingImage:
    """One training image: its name in the whole training set, its files, and its dataset."""

    name: str
    files: ImageFiles
    dataset: Dataset


def training_images(sources: Sequence[str], roots: Sequence[Path], catalog: Catalog) -> tuple[TrainingImage, ...]:
    """Return the images of all `sources`, in order.

    An image name that occurs in two sources is prefixed by the name of its dataset (``T91/t1``).

    Args:
        sources: Datasets by name or alias, parts of datasets (``BSDS500/train``), or folders.
        roots: Folders to search for datasets.
        catalog: Catalog that holds the datasets.

    Raises:
        UsageError: if there are no sources, if a source is BSDS500's val part (those images are the test set B100) or
            the test part of a split, or if two sources hold the same image.
        DataError: if a source can't be found, or if two images have one name.
    """
    if not sources:
        raise UsageError("no training data; name datasets or folders")
    datasets = [_find(source, roots, catalog) for source in sources]
    occurrences = Counter(files.name for dataset in datasets for files in dataset.images)
    images = [
        TrainingImage(f"{dataset.name}/{files.name}" if occurrences[files.name] > 1 else files.name, files, dataset)
        for dataset in datasets
        for files in dataset.images
    ]
    _check_apart(images)
    return tuple(images)


def _find(source: str, roots: Sequence[Path], catalog: Catalog) -> Dataset:
    name, *part = Path(source).parts or ("",)
    if source in catalog.datasets:
        dataset: Dataset | None = require_dataset(catalog.datasets.get(source), roots, catalog.datasets)
    elif Path(source).is_dir():
        dataset = open_folder(Path(source))
    elif derived_spec(source, catalog.datasets):
        dataset = require_dataset(source, roots, catalog.datasets)
    elif part and name in catalog.datasets:
        spec = catalog.datasets.get(name)
        spellings = (find_dataset(str(Path(known, *part)), roots) for known in (spec.name, *spec.aliases))
        dataset = next(filter(None, spellings), None)
    elif part:
        dataset = find_dataset(source, roots)
    else:
        dataset = find_dataset(source, roots) or require_dataset(catalog.datasets.get(source), roots)
    if dataset is None:
        dataset = require_dataset(source, roots)
    for folder in dataset.folders:
        _check_not_b100(folder.resolve(), source, catalog)
    if dataset.kept_for_tests:
        raise UsageError(f"{source}: its images are the test part of a split; train on the train part")
    return dataset


def check_unseen(trained_on: Sequence[TrainingImage], measured_on: Sequence[ImageFiles], what: str) -> None:
    """Check that no test or validation image is a training image.

    Args:
        trained_on: The training images.
        measured_on: The test or validation images.
        what: Name of `measured_on` in the error.

    Raises:
        UsageError: if an image is in both.
    """
    files = {image.files.hr.resolve(): image for image in trained_on}
    seen = [files[path] for image in measured_on if (path := image.hr.resolve()) in files]
    if seen:
        raise UsageError(
            f"{seen[0].files.hr}: {what} has {len(seen)} of the training images of {seen[0].dataset.name}; "
            "train on the train part of the same split"
        )


def _check_not_b100(folder: Path, source: str, catalog: Catalog) -> None:
    parent = folder.parent.name
    is_bsds = parent in catalog.datasets and catalog.datasets.get(parent).name == "BSDS500"
    if is_bsds and folder.name.casefold() == "val":
        raise UsageError(f"{source}: its images are B100, a test set; train on BSDS500, or on its train or test part")


def _check_apart(images: list[TrainingImage]) -> None:
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
