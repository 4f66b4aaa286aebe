"""A named set of images, wherever it lies."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.derived import derive
from srbench.data.image_files import ImageFiles
from srbench.data.layouts import SPLITS, read_layout
from srbench.data.lr_maker import LrMaker
from srbench.data.made import made, spec_of
from srbench.errors import DataError, Unavailable
from srbench.loading import load
from srbench.specs import DatasetSpec, Split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.catalog import Registry

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
    of: tuple[Dataset, ...] = ()
    """The sets that it is made of; most are made of none."""
    made: str = ""
    """How it is made of them (`srbench.data.made`)."""
    portion: Split | None = None
    """The part of them that it is."""
    lr_maker: LrMaker | None = None
    """What makes its LR images; it then brings none, and no imresize makes any."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where its images lie."""
        return tuple(dict.fromkeys(one for source in self.of for one in source.folders)) or (self.root,)

    @property
    def kept_for_tests(self) -> bool:
        """Whether images of it are the test part of a split."""
        is_test = self.portion is not None and self.portion.part == "test"
        return is_test or any(source.kept_for_tests for source in self.of)

    @property
    def scales(self) -> tuple[float, ...]:
        """The scales at which at least one image comes with an LR file."""
        return tuple(sorted({scale for image in self.images for scale in image.lr}))

    def lr_file(self, image: ImageFiles, scale: float) -> Path | None:
        """The LR file that `image` brings at `scale`.

        Where LR has HR's size, the one there is: at scale 1, and where no scale is named for it at any.
        """
        if self.lr_maker:
            return None
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
        if self.lr_maker:
            return False
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

    def lr_source(self, scale: float, lr_mode: str, hr_crop: str = "scale") -> str:
        """Where LR images come from: ``file``, or ``made:`` by an imresize or by its own `lr_maker`."""
        if self.uses_own_lr(scale, lr_mode, hr_crop):
            return "file"
        return f"made:{self.lr_maker.label if self.lr_maker else lr_mode}"

    @property
    def incomplete(self) -> bool:
        """Whether it, or a set that it is made of, has fewer images than the set of that name."""
        return bool(self.shortage)

    @property
    def shortage(self) -> str:
        """``90 of 91 images of T91``; empty where none is missing."""
        if within := next(filter(None, (source.shortage for source in self.of)), ""):
            return within
        if self.spec and self.spec.images and len(self.images) < self.spec.images:
            return f"{len(self.images)} of {self.spec.images} images of {self.spec.name}"
        return ""


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
        LrMaker.of(wanted)  # refuses what makes no sense, whatever is there
        if wanted.of:
            return _derived(wanted, tuple(roots), known)
        if wanted.provider:
            return _provided(wanted)
        folder = _find_folder((wanted.name, *wanted.aliases), roots)
        return open_folder(folder, wanted) if folder else None
    if Path(wanted).is_dir():
        return open_folder(Path(wanted))
    if split := spec_of(str(wanted), None):
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
    spec = wanted if isinstance(wanted, DatasetSpec) else spec_of(wanted, known)
    if spec and spec.of:
        return tuple(dict.fromkeys(name for one in spec.of for name in missing_sets(one, roots, known)))
    name = wanted.name if isinstance(wanted, DatasetSpec) else wanted
    return () if find_dataset(wanted, roots, known) else (name,)


def _derived(spec: DatasetSpec, roots: tuple[Path, ...], known: Registry[DatasetSpec] | None) -> Dataset | None:
    how = made(spec, known)
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
