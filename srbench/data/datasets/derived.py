"""Datasets that are made of others: put together, made smaller, cut into parts. Nothing is copied or read here."""

from __future__ import annotations

import math
import os
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.datasets.degradation import Degradation
from srbench.data.datasets.split import draw, part_sizes
from srbench.data.image_files import Downscale
from srbench.errors import DataError, PluginError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.data.datasets.dataset import Dataset
    from srbench.data.image_files import ImageFiles
    from srbench.specs.dataset import DatasetSpec


def derive(spec: DatasetSpec, sources: Sequence[Dataset], made: str) -> Dataset:
    """The set that `spec` makes `of` its `sources`, with the images in their order.

    An image whose name two sources share gets its source's name before it (``T91/1``). LR files are kept as far as they
    belong to these HR images: from one source that isn't shrunk all, from several none, and LR is then made.
    Raises `DataError` for real pairs that are to be joined or shrunk, for a file that two sources hold, for an image to
    leave out that isn't there, and for a part that no image is left for; `PluginError` for a shrink, shares or
    LR images of its own making that make no sense.
    """
    if not 1 <= spec.shrink < math.inf:
        raise PluginError(f"dataset {spec.name}: shrink is {spec.shrink}: expected a number from 1, e.g. 2 for half")
    maker = Degradation.of(spec)
    alone = len(sources) == 1 and spec.shrink == 1 and maker is None
    if not alone and (others := [source.name for source in sources if source.lr_maker]):
        raise DataError(f"{spec.name}: {others[0]} makes LR images of its own; it can be split, but nothing else")
    if not alone and (pairs := [source.name for source in sources if source.equal_size or source.by_scale]):
        raise DataError(f"{spec.name}: {pairs[0]} has real pairs, which can be split but not joined or made smaller")
    listed = _kept(spec, [(source, image) for source in sources for image in source.images])
    _check_apart(spec, listed)
    total = len(listed)
    if spec.portion:
        listed = [listed[index] for index in draw([_key(*one) for one in listed], spec.portion)]
        if not listed:
            sizes = ", ".join(map(str, part_sizes(total, spec.portion.shares)))
            raise DataError(f"{spec.name}: no image is left for it; {total} are cut into {sizes} (train, valid, test)")
    shared = Counter(image.name for source in sources for image in source.images)
    images = tuple(
        _changed(image, f"{source.name}/{image.name}" if shared[image.name] > 1 else image.name, spec, alone=alone)
        for source, image in listed
    )
    return replace(
        sources[0],
        name=spec.name,
        root=_common([source.root for source in sources]),
        images=images,
        lr_mode=sources[0].lr_mode if alone else "",
        equal_size=sources[0].equal_size if alone else spec.equal_size,
        lr_maker=sources[0].lr_maker if alone else maker,
        spec=spec,
        of=tuple(sources),
        made=made,
        portion=spec.portion,
    )


def _key(source: Dataset, image: ImageFiles) -> str:
    return f"{source.spec.name if source.spec else ''}/{image.name}"


def _kept(spec: DatasetSpec, listed: list[tuple[Dataset, ImageFiles]]) -> list[tuple[Dataset, ImageFiles]]:
    there = {_key(*one) for one in listed}
    whole = not any(source.incomplete for source, _ in listed)
    if whole and (gone := [name for name in spec.without if name not in there]):
        raise DataError(f"{spec.name}: is without {gone[0]}, but there is no such image; its sets are other ones here")
    return [one for one in listed if _key(*one) not in spec.without]


def _changed(image: ImageFiles, name: str, spec: DatasetSpec, *, alone: bool) -> ImageFiles:
    if alone:
        return replace(image, name=name)
    shrunk = (*image.shrunk, Downscale(spec.shrink, spec.shrink_mode)) if spec.shrink != 1 else image.shrunk
    return replace(image, name=name, lr={}, hr_by_scale={}, shrunk=shrunk)


def _check_apart(spec: DatasetSpec, listed: Sequence[tuple[Dataset, ImageFiles]]) -> None:
    """One image under two names would be in two parts."""
    seen: dict[Path, Dataset] = {}
    for source, image in listed:
        path = image.hr.resolve()
        if (other := seen.setdefault(path, source)) is not source:
            raise DataError(f"{spec.name}: {path} is in {other.name} and in {source.name}; it is to be of one of them")


def _common(folders: Sequence[Path]) -> Path:
    try:
        return folders[0] if len(set(folders)) == 1 else Path(os.path.commonpath([one.resolve() for one in folders]))
    except ValueError:  # on several drives
        return folders[0]
