"""A named set of images, wherever it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.image_files import ImageFiles
from srbench.data.layouts import SPLITS, read_layout
from srbench.errors import DataError, Unavailable
from srbench.loading import load
from srbench.specs import DatasetSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

_PART = re.compile(rf"(?P<part>{'|'.join(SPLITS)})?(?:(?:^|/)X(?P<scale>\d+))?", re.IGNORECASE)
"""``train``, ``train/X2``, ``X2``."""

__all__ = ["Dataset", "ImageFiles", "find_dataset", "open_folder", "require_dataset"]


@dataclass(frozen=True)
class Dataset:
    """The files of a set of images. No pixel has been read yet."""

    name: str
    root: Path
    images: tuple[ImageFiles, ...]
    lr_mode: str = ""
    """Which imresize made its LR files (a `Protocol.lr` value); empty: unknown, or it brings none."""
    equal_size: bool = False
    """LR and HR have the same size: real pairs, nothing is cropped or resized."""
    by_scale: bool = False
    """Each image is at one scale only: real pairs, taken at one focal length."""
    spec: DatasetSpec | None = None

    @property
    def scales(self) -> tuple[float, ...]:
        """The scales at which at least one image comes with an LR file."""
        return tuple(sorted({scale for image in self.images for scale in image.lr}))

    def lr_file(self, image: ImageFiles, scale: float) -> Path | None:
        """The LR file that `image` brings at `scale`.

        Where LR has HR's size, the one there is: at scale 1, and where no scale is named for it at any.
        """
        if self.equal_size and (scale == 1 or not self.by_scale):
            return next(iter(image.lr.values()))
        return image.lr.get(scale)

    def at(self, scale: float) -> Dataset:
        """The dataset with the images that are at `scale`: all, unless each is at one only.

        Raises `Unavailable` where none is.
        """
        if not self.by_scale:
            return self
        images = tuple(image for image in self.images if scale in image.lr)
        if not images:
            has = ", ".join(f"x{one:g}" for one in self.scales)
            raise Unavailable(f"{self.name} has no pairs at x{scale:g}: it has {has}")
        return replace(self, images=images)

    def uses_own_lr(self, scale: float, lr_mode: str, hr_crop: str = "scale") -> bool:
        """Whether a measurement at `scale` takes LR files: there are some, made by `lr_mode` or nobody knows how.

        They are of HR images cropped to ``scale``; with another `hr_crop` LR has to be made.
        """
        made_so = self.equal_size or (self.lr_mode in {"", lr_mode} and hr_crop == "scale")
        without = [image for image in self.images if self.lr_file(image, scale) is None]
        if without and self.by_scale:
            raise DataError(
                f"{without[0].hr}: a real pair, but not at scale {scale:g}; choose those that are: "
                f"{self.name}/train/X{scale:g} or {self.name}/test/X{scale:g}"
            )
        if not made_so or len(without) == len(self.images):
            return False
        if without:
            raise DataError(
                f"{without[0].hr}: no LR image at scale {scale:g}, but others have one; add it, or remove all"
            )
        return True

    @property
    def incomplete(self) -> bool:
        """Whether it has fewer images than the set of that name."""
        return bool(self.spec and self.spec.images and len(self.images) < self.spec.images)


def open_folder(path: Path, spec: DatasetSpec | None = None, part: str = "test") -> Dataset:
    """The dataset in the folder `path`; see `srbench.data.layouts.read_layout` for layouts, `part` and errors."""
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


def find_dataset(wanted: DatasetSpec | str | Path, roots: Iterable[Path]) -> Dataset | None:
    """The first copy of `wanted` under `roots` (each holds datasets directly or under ``data/``), or None.

    A spec is searched by its name and aliases, whatever their case. A path (or a string that is one) is opened as it
    is; another string is searched as a folder's name, and may name a part of it: ``BSDS500/train``, and of real pairs
    also ``RealSR/train/X2``, wherever cameras and scales lie in there.
    Raises `DataError` where a folder of that name is no usable dataset, or has no such part.
    """
    if isinstance(wanted, DatasetSpec):
        if wanted.provider:
            return _provided(wanted)
        folder = _find_folder((wanted.name, *wanted.aliases), roots)
        return open_folder(folder, wanted) if folder else None
    if Path(wanted).is_dir():
        return open_folder(Path(wanted))
    name, *part = Path(wanted).parts or ("",)
    folder = _find_folder((name,), roots)
    return _open_part(folder, part) if folder else None


def require_dataset(wanted: DatasetSpec | str | Path, roots: Iterable[Path]) -> Dataset:
    """As `find_dataset`; raises `DataError` that says where it was searched and how to get it."""
    roots = tuple(roots)
    if (dataset := find_dataset(wanted, roots)) is not None:
        return dataset
    searched = ", ".join(str(root) for root in roots)
    if isinstance(wanted, DatasetSpec):
        raise DataError(f"{wanted.name}: not found in {searched}; get it: srbench data get {wanted.name}")
    raise DataError(f"{wanted}: no such folder, and none of that name in {searched}")


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
