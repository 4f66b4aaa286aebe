"""Derivation of datasets from others by joining, downscaling, degrading and splitting; pixels are not touched here."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from srbench.data.datasets.split import draw, part_sizes
from srbench.errors import DataError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.specs.dataset import DerivedDatasetSpec


def derive(spec: DerivedDatasetSpec, sources: Sequence[Dataset], text: str, derivation: Mapping[str, Any]) -> Dataset:
    """Return the dataset that `spec` derives from its opened `sources`, with the images in their order.

    An image whose name occurs in two sources is prefixed with the name of its source (``T91/1``). LR files are kept
    where they still belong to the HR images: all files of a single source that is not downscaled, none of several
    sources.

    Args:
        spec: The derived dataset.
        sources: Its sources, in the order of `spec.sources`.
        text: The derivation in words.
        derivation: The derivation as data for keys.

    Raises:
        DataError: if real pairs or degraded images would be joined or downscaled, if two sources contain the same file,
            if an image to exclude does not exist, or if no image is left for a part.
        PluginError: if the shares of the split are not valid.
    """
    only_split = len(sources) == 1 and not _downscales(spec) and spec.degradation is None
    if not only_split and (degraded := [source.name for source in sources if source.degradation]):
        raise DataError(f"{spec.name}: {degraded[0]} makes LR images of its own; it can only be split")
    if not only_split and (pairs := [source.name for source in sources if source.equal_size or source.by_scale]):
        raise DataError(f"{spec.name}: {pairs[0]} has real pairs, which can only be split, not joined or downscaled")
    listed = _without_excluded(spec, [(source, image) for source in sources for image in source.images])
    _check_disjoint(spec, listed)
    total = len(listed)
    if spec.part:
        listed = [listed[index] for index in draw([_key(*item) for item in listed], spec.part)]
        if not listed:
            sizes = ", ".join(map(str, part_sizes(total, spec.part.shares)))
            raise DataError(
                f"{spec.name}: no image is left for this part; {total} are cut into {sizes} "
                "(train, valid, test); change the shares"
            )
    shared = Counter(image.name for source in sources for image in source.images)
    images = tuple(
        _derived_files(
            image, f"{source.name}/{image.name}" if shared[image.name] > 1 else image.name, spec, only_split=only_split
        )
        for source, image in listed
    )
    return replace(
        sources[0],
        name=spec.name,
        root=_common_folder([source.root for source in sources]),
        images=images,
        lr_mode=sources[0].lr_mode if only_split else "",
        equal_size=sources[0].equal_size if only_split else bool(spec.degradation and spec.degradation.equal_size),
        degradation=sources[0].degradation if only_split else spec.degradation,
        spec=spec,
        sources=tuple(sources),
        derivation_text=text,
        derivation=derivation,
        part=spec.part,
        lr_folders=sources[0].lr_folders if only_split else {},
        # those about a scale are about LR files, which only a single, unchanged source keeps
        remarks=tuple(remark for source in sources for remark in source.remarks if only_split or remark.scale is None),
    )


def _downscales(spec: DerivedDatasetSpec) -> bool:
    return spec.downscale is not None and spec.downscale.by != 1


def _key(source: Dataset, image: ImageFiles) -> str:
    """Return ``<dataset>/<image>``, which excludes and splits go by; a folder that is not registered has no name."""
    return f"{source.spec.name if source.spec else ''}/{image.name}"


def _without_excluded(
    spec: DerivedDatasetSpec, listed: list[tuple[Dataset, ImageFiles]]
) -> list[tuple[Dataset, ImageFiles]]:
    """Return the images of all sources that `spec` does not exclude.

    A name to exclude that is missing is an error only if all sources are complete.
    """
    keys = {_key(*item) for item in listed}
    complete = not any(source.incomplete for source, _ in listed)
    if complete and (missing := [name for name in spec.exclude if name not in keys]):
        raise DataError(
            f"{spec.name}: excludes {missing[0]}, which does not exist in these copies of its sources; use other copies"
        )
    return [item for item in listed if _key(*item) not in spec.exclude]


def _derived_files(image: ImageFiles, name: str, spec: DerivedDatasetSpec, *, only_split: bool) -> ImageFiles:
    if only_split:
        return replace(image, name=name)
    steps = (*image.downscales, spec.downscale) if spec.downscale and _downscales(spec) else image.downscales
    return replace(image, name=name, lr={}, hr_by_scale={}, downscales=steps)


def _check_disjoint(spec: DerivedDatasetSpec, listed: Sequence[tuple[Dataset, ImageFiles]]) -> None:
    """Check that no two sources contain the same file, since the image could be in two parts."""
    seen: dict[Path, Dataset] = {}
    for source, image in listed:
        path = image.hr.resolve()
        if (first := seen.setdefault(path, source)) is not source:
            raise DataError(
                f"{spec.name}: {path} is in both {first.name} and {source.name}; remove it from one of them"
            )


def _common_folder(folders: Sequence[Path]) -> Path:
    try:
        if len(set(folders)) == 1:
            return folders[0]
        return Path(os.path.commonpath([folder.resolve() for folder in folders]))
    except ValueError:  # on different drives
        return folders[0]
