"""Search for datasets by name, with one order of precedence for everything that reads images."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.datasets.dataset import Dataset
from srbench.data.datasets.derivation import derived_spec, describe_derivation, identify_derivation
from srbench.data.datasets.derived import derive
from srbench.data.image_files import ImageFiles
from srbench.data.layouts.detect import SPLITS, read_layout
from srbench.errors import DataError, Lack, PluginError, Unavailable, UnknownName, with_place
from srbench.loading import load
from srbench.specs.dataset import DatasetSpec, DerivedDatasetSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.registry import Registry

_PART = re.compile(rf"(?P<part>{'|'.join(SPLITS)})?(?:(?:^|/)X(?P<scale>\d+))?", re.IGNORECASE)
"""Pattern of a part of real pairs: ``train``, ``train/X2``, ``X2``."""


class DatasetFinder:
    """A finder of datasets in data roots, each of which holds them directly or under ``data/``.

    A dataset is named by its spec, or by a string or path. The first of these that matches decides:

    1. a registered name or alias, in any case: the first folder of that name in the roots, or the datasets it is
       derived from;
    2. an existing folder: its images as they are;
    3. the part of a split, ``photos#train``, of anything that this list matches;
    4. the name of a folder in the roots, or a part of one, ``BSDS500/train``; for real pairs also ``RealSR/train/X2``,
       wherever cameras and scales are inside it. The aliases of a registered dataset also count as the folder's name.

    Args:
        roots: Folders to search, in this order.
        registry: Registered datasets; None: only folders are known.
    """

    def __init__(self, roots: Iterable[Path], registry: Registry[DatasetSpec] | None = None) -> None:
        self.roots = tuple(Path(root) for root in roots)
        self.registry = registry
        self._listed: dict[Path, dict[str, list[Path]]] = {}
        """Entries of each folder that was searched, by case-folded name."""

    def find(self, dataset: DatasetSpec | str | Path) -> Dataset | None:
        """Return the first copy of `dataset`, or None.

        Raises:
            DataError: if a folder of that name is not a usable dataset, or has no such part.
            PluginError: if the spec contradicts itself.
        """
        if isinstance(dataset, DatasetSpec):
            return self._registered(dataset)
        name = str(dataset)
        if self.registry is not None and name in self.registry:
            return self._registered(self.registry.get(name))
        if _is_folder(Path(dataset)):
            return open_folder(Path(dataset))
        if split := derived_spec(name, None):
            parts = self._derived(split)
            return replace(parts, spec=None) if parts else None  # its spec is not registered
        first, *part = Path(name).parts or ("",)
        folder = self._find_folder(self._names(first))
        return _open_part(folder, part) if folder else None

    def require(self, dataset: DatasetSpec | str | Path) -> Dataset:
        """Return the first copy of `dataset`.

        Raises:
            DataError: if there is none; the message says where it was searched and how to get it. Otherwise as `find`.
        """
        if (copy := self.find(dataset)) is not None:
            return copy
        searched = ", ".join(str(root) for root in self.roots)
        spec = dataset if isinstance(dataset, DatasetSpec) else self._registered_spec(str(dataset))
        if spec is None:
            raise DataError(
                f"{dataset}: no such folder, and none of that name in {searched}; name the folder of a dataset"
            )
        lacking = " ".join(self.missing(spec))
        needs = f"needs {lacking}, " if isinstance(spec, DerivedDatasetSpec) else ""
        raise DataError(f"{spec.name}: {needs}not found in {searched}; get it: srbench data get {lacking}")

    def require_known(self, name: str) -> Dataset:
        """Return the dataset `name`, for a table's column, a figure or a recipe.

        Raises:
            Unavailable: if it is a known dataset that is not available; the message gives the command that fetches it.
            UnknownName: if the name is not registered and there is no folder of that name.
            DataError: as `find`.
        """
        if (copy := self.find(name)) is not None:
            return copy
        if self.registry is not None and name not in self.registry and "/" not in name and not derived_spec(name, None):
            raise UnknownName("dataset", name, (spec.name for spec in self.registry))
        spec = self._registered_spec(name)
        if spec is None:
            return self.require(name)  # raises, saying where it was searched
        lacking = " ".join(self.missing(spec))
        needs = f": it needs {lacking}" if isinstance(spec, DerivedDatasetSpec) else ""
        lacks = (Lack("data", source) for source in self.missing(spec))
        raise Unavailable(f"dataset {name} not found{needs}: srbench data get {lacking}, or --data DIR", *lacks)

    def missing(self, dataset: DatasetSpec | str) -> tuple[str, ...]:
        """Return the names of missing datasets: `dataset` itself, or datasets that it is derived from.

        Errors are those of `find`.
        """
        spec = self._spec(dataset)
        if isinstance(spec, DerivedDatasetSpec):
            return tuple(dict.fromkeys(name for source in spec.sources for name in self.missing(source)))
        if self.find(spec or dataset):
            return ()
        return (spec.name if spec and isinstance(dataset, DatasetSpec) else str(dataset),)

    def _spec(self, dataset: DatasetSpec | str | Path) -> DatasetSpec | None:
        """Return the spec of a name: a registered one, or the part of a split."""
        if isinstance(dataset, DatasetSpec):
            return dataset
        return self._registered_spec(str(dataset)) or derived_spec(str(dataset), self.registry)

    def _registered_spec(self, name: str) -> DatasetSpec | None:
        return self.registry.get(name) if self.registry is not None and name in self.registry else None

    def _registered(self, spec: DatasetSpec) -> Dataset | None:
        if isinstance(spec, DerivedDatasetSpec):
            return self._derived(spec)
        if spec.provider:
            return _provided(spec)
        folder = self._find_folder((spec.name, *spec.aliases))
        return open_folder(folder, spec) if folder else None

    def _derived(self, spec: DerivedDatasetSpec) -> Dataset | None:
        text = describe_derivation(spec, self.registry)  # first, since it refuses circular derivations
        sources = [self.find(source) for source in spec.sources]
        opened = [source for source in sources if source is not None]
        if len(opened) < len(sources):
            return None
        return derive(spec, opened, text, identify_derivation(spec, self.registry))

    def _names(self, name: str) -> tuple[str, ...]:
        """Return the names that a folder may have: `name`, or the name and the aliases of the registered dataset."""
        if self.registry is None or name not in self.registry:
            return (name,)
        spec = self.registry.get(name)
        return (spec.name, *spec.aliases)

    def _find_folder(self, names: Iterable[str]) -> Path | None:
        folded = {name.casefold() for name in names}
        for root in self.roots:
            for base in (root, root / "data"):
                listed = self._entries(base)
                for folder in sorted(path for name in folded for path in listed.get(name, ())):
                    if folder.is_dir():
                        return folder
        return None

    def _entries(self, base: Path) -> dict[str, list[Path]]:
        if base not in self._listed:
            entries: dict[str, list[Path]] = {}
            for path in base.iterdir() if _is_folder(base) else ():
                entries.setdefault(path.name.casefold(), []).append(path)
            self._listed[base] = entries
        return self._listed[base]


def open_folder(path: Path, spec: DatasetSpec | None = None, part: str = "test") -> Dataset:
    """Return the dataset in a folder; `srbench.data.layouts.detect.read_layout` describes layouts and errors.

    Args:
        path: The folder.
        spec: Spec of the dataset, if it is registered.
        part: ``train`` or ``test``, for a layout that has both.
    """
    names = (spec.name, *spec.aliases) if spec else ()
    try:
        # what papers print for a registered dataset is about its bicubic LR images
        layout = read_layout(path, names, part, bicubic_only=spec is not None)
    except OSError as error:
        raise DataError(f"{error.filename or path}: can't be read ({error.strerror}); use another folder") from error
    return Dataset(
        name=spec.name if spec else path.resolve().name,
        root=path,
        images=layout.images,
        lr_mode=layout.lr_mode or (spec.lr_mode if spec else ""),
        equal_size=layout.equal_size,
        by_scale=layout.by_scale,
        spec=spec,
        remarks=layout.remarks,
        lr_folders=layout.lr_folders,
    )


def _is_folder(path: Path) -> bool:
    """Return whether `path` is a folder.

    Raises:
        DataError: if this is unknown: a folder on the way can't be read, or the name is too long.
    """
    try:
        return path.is_dir()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise DataError(f"{str(path)[:200]}: can't be looked at ({reason}); name a folder that can be read") from error


def _open_part(folder: Path, part: list[str]) -> Dataset:
    """Return the dataset in a sub-folder, or else a part of real pairs, whose files are in several folders."""
    real_pairs = _PART.fullmatch("/".join(part))
    if folder.joinpath(*part).is_dir() or real_pairs is None:
        return open_folder(folder.joinpath(*part))
    dataset = open_folder(folder, part=(real_pairs["part"] or "test").casefold())
    if not dataset.by_scale:
        raise DataError(
            f"{folder}: no part {'/'.join(part)}, since its images are not real pairs by scale; name one of its folders"
        )
    try:
        return dataset.at(float(real_pairs["scale"])) if real_pairs["scale"] else dataset
    except Unavailable as reason:
        raise DataError(f"{folder.joinpath(*part)}: {reason}") from None


def _provided(spec: DatasetSpec) -> Dataset:
    provider = f"dataset {spec.name}: its provider {spec.provider}"
    try:
        images = tuple(ImageFiles(name, Path(path)) for name, path in load(spec.provider)())
    except PluginError as error:
        raise PluginError(f"{provider}: {error}") from error
    except Exception as error:  # a plugin's code can raise anything
        raise PluginError(f"{provider} doesn't return (name, path) of each image: {with_place(error)}") from error
    if not images or not all(isinstance(image.name, str) and image.name for image in images):
        raise PluginError(f"{provider} returns no images, or images without names; return (name, path) of each")
    return Dataset(spec.name, images[0].hr.parent, images, spec.lr_mode, spec=spec)
