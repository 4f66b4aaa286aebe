"""A named set of images, wherever it lies."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.datasets.dataset import Dataset
from srbench.data.datasets.degradation import Degradation
from srbench.data.datasets.derivation import derived_spec, describe_derivation
from srbench.data.datasets.derived import derive
from srbench.data.image_files import ImageFiles
from srbench.data.layouts.detect import SPLITS, read_layout
from srbench.errors import DataError, Unavailable
from srbench.loading import load
from srbench.specs.dataset import DatasetSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.registry import Registry

_PART = re.compile(rf"(?P<part>{'|'.join(SPLITS)})?(?:(?:^|/)X(?P<scale>\d+))?", re.IGNORECASE)
"""``train``, ``train/X2``, ``X2``."""

__all__ = ["Dataset", "ImageFiles", "find_dataset", "open_folder", "require_dataset"]


def open_folder(path: Path, spec: DatasetSpec | None = None, part: str = "test") -> Dataset:
    """The dataset in the folder `path`; see `srbench.data.layouts.detect.read_layout` for layouts, `part` and errors."""
    layout = read_layout(path, (spec.name, *spec.aliases) if spec else (), part)
    return Dataset(
        name=spec.name if spec else path.resolve().name,
        root=path,
        images=layout.images,
        lr_mode=layout.lr_mode or (spec.lr_mode if spec else ""),
        equal_size=layout.equal_size,
        by_scale=layout.by_scale,
        spec=spec,
    )


def find_dataset(
    wanted: DatasetSpec | str | Path, roots: Iterable[Path], known: Registry[DatasetSpec] | None = None
) -> Dataset | None:
    """The first copy of `wanted` under `roots` (each holds datasets directly or under ``data/``), or None.

    A spec is searched by its name and aliases, whatever their case. A path (or a string that is one) is opened as it
    is; another string is searched as a folder's name, and may name a part of it: ``BSDS500/train``, and of real pairs
    also ``RealSR/train/X2``, wherever cameras and scales lie in there; or of a split: ``photos#train`` (also of a name
    in `known`). Sets that are made of others are looked up in `known`, and there when all those are.
    Raises `DataError` where a folder of that name is no usable dataset, or has no such part; `PluginError` for a spec
    that contradicts itself.
    """
    if isinstance(wanted, DatasetSpec):
        Degradation.of(wanted)  # refuses what makes no sense, whatever is there
        if wanted.of:
            return _derived(wanted, tuple(roots), known)
        if wanted.provider:
            return _provided(wanted)
        folder = _find_folder((wanted.name, *wanted.aliases), roots)
        return open_folder(folder, wanted) if folder else None
    if Path(wanted).is_dir():
        return open_folder(Path(wanted))
    if split := derived_spec(str(wanted), None):
        parts = _derived(split, tuple(roots), known)
        return replace(parts, spec=None) if parts else None  # nobody registered it
    name, *part = Path(wanted).parts or ("",)
    folder = _find_folder((name,), roots)
    return _open_part(folder, part) if folder else None


def require_dataset(
    wanted: DatasetSpec | str | Path, roots: Iterable[Path], known: Registry[DatasetSpec] | None = None
) -> Dataset:
    """As `find_dataset`; raises `DataError` that says where it was searched and how to get it."""
    roots = tuple(roots)
    if (dataset := find_dataset(wanted, roots, known)) is not None:
        return dataset
    searched = ", ".join(str(root) for root in roots)
    if isinstance(wanted, DatasetSpec):
        lacking = " ".join(missing_sets(wanted, roots, known))
        needs = f"needs {lacking}, " if wanted.of else ""
        raise DataError(f"{wanted.name}: {needs}not found in {searched}; get it: srbench data get {lacking}")
    raise DataError(f"{wanted}: no such folder, and none of that name in {searched}")


def missing_sets(
    wanted: DatasetSpec | str, roots: Iterable[Path], known: Registry[DatasetSpec] | None = None
) -> tuple[str, ...]:
    """The names of what isn't there of `wanted`: itself, or sets that it is made of. Raises as `find_dataset`."""
    roots = tuple(roots)
    if not isinstance(wanted, DatasetSpec) and known is not None and wanted in known:
        wanted = known.get(wanted)
    spec = wanted if isinstance(wanted, DatasetSpec) else derived_spec(wanted, known)
    if spec and spec.of:
        return tuple(dict.fromkeys(name for one in spec.of for name in missing_sets(one, roots, known)))
    name = wanted.name if isinstance(wanted, DatasetSpec) else wanted
    return () if find_dataset(wanted, roots, known) else (name,)


def _derived(spec: DatasetSpec, roots: tuple[Path, ...], known: Registry[DatasetSpec] | None) -> Dataset | None:
    how = describe_derivation(spec, known)
    wanted = (known.get(name) if known is not None and name in known else name for name in spec.of)
    sources = [find_dataset(one, roots, known) for one in wanted]
    found = [one for one in sources if one is not None]
    return derive(spec, found, how) if len(found) == len(sources) else None


def _find_folder(names: Iterable[str], roots: Iterable[Path]) -> Path | None:
    wanted = {name.casefold() for name in names}
    for root in roots:
        for base in (root, root / "data"):
            if base.is_dir():
                for folder in sorted(base.iterdir()):
                    if folder.name.casefold() in wanted and folder.is_dir():
                        return folder
    return None


def _open_part(folder: Path, part: list[str]) -> Dataset:
    """The folder of that name in `folder`; else the part of real pairs that is spread over several folders."""
    spread = _PART.fullmatch("/".join(part))
    if folder.joinpath(*part).is_dir() or spread is None:
        return open_folder(folder.joinpath(*part))
    dataset = open_folder(folder, part=(spread["part"] or "test").casefold())
    if not dataset.by_scale:
        raise DataError(f"{folder}: has no part {'/'.join(part)}; its images are not real pairs by scale")
    try:
        return dataset.at(float(spread["scale"])) if spread["scale"] else dataset
    except Unavailable as reason:
        raise DataError(f"{folder.joinpath(*part)}: {reason}") from None


def _provided(spec: DatasetSpec) -> Dataset:
    images = tuple(ImageFiles(name, Path(path)) for name, path in load(spec.provider)())
    return Dataset(spec.name, images[0].hr.parent, images, spec.lr_mode, spec=spec)
