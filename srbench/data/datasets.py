"""A named set of images, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from srbench.data.image_files import ImageFiles
from srbench.data.layouts import read_layout
from srbench.errors import DataError
from srbench.loading import load
from srbench.specs import DatasetSpec

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    spec: DatasetSpec | None = None

    @property
    def scales(self) -> tuple[float, ...]:
        """The scales at which at least one image comes with an LR file."""
        return tuple(sorted({scale for image in self.images for scale in image.lr}))

    def lr_file(self, image: ImageFiles, scale: float) -> Path | None:
        """The LR file that `image` brings at `scale`; of real pairs the one there is, whatever the scale is called."""
        return image.lr.get(1.0 if self.equal_size else scale)

    def uses_own_lr(self, scale: float, lr_mode: str) -> bool:
        """Whether a measurement at `scale` takes LR files: there are some, made by `lr_mode` or nobody knows how."""
        made_so = self.equal_size or self.lr_mode in {"", lr_mode}
        without = [image for image in self.images if self.lr_file(image, scale) is None]
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


def open_folder(path: Path, spec: DatasetSpec | None = None) -> Dataset:
    """The dataset in the folder `path`; see `srbench.data.layouts.read_layout` for layouts and errors."""
    layout = read_layout(path, (spec.name, *spec.aliases) if spec else ())
    return Dataset(
        name=spec.name if spec else path.resolve().name,
        root=path,
        images=layout.images,
        lr_mode=layout.lr_mode or (spec.lr_mode if spec else ""),
        equal_size=layout.equal_size,
        spec=spec,
    )


def find_dataset(wanted: DatasetSpec | str | Path, roots: Iterable[Path]) -> Dataset | None:
    """The first copy of `wanted` under `roots` (each holds datasets directly or under ``data/``), or None.

    A spec is searched by its name and aliases, whatever their case. A path (or a string that is one) is opened as it
    is; another string is searched as a folder's name, and may name a part of it: ``BSDS500/train``.
    Raises `DataError` where a folder of that name is no usable dataset.
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
    return open_folder(folder.joinpath(*part)) if folder else None


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


def _provided(spec: DatasetSpec) -> Dataset:
    images = tuple(ImageFiles(name, Path(path)) for name, path in load(spec.provider)())
    return Dataset(spec.name, images[0].hr.parent, images, spec.lr_mode, spec=spec)
