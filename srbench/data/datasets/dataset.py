"""A named set of images, wherever it lies."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from srbench.errors import DataError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.data.image_files import ImageFiles
    from srbench.specs.dataset import DatasetSpec, Degradation, Split


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
    sources: tuple[Dataset, ...] = ()
    """The datasets it is derived from; empty for an original dataset."""
    made: str = ""
    """How it is derived, in words (`srbench.data.datasets.derivation`)."""
    derivation: Mapping[str, Any] = field(default_factory=dict)
    """How it is derived, as data for keys."""
    part: Split | None = None
    """The part of a split that it consists of."""
    degradation: Degradation | None = None
    """What makes its LR images; it then brings none, and no imresize makes any."""

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where its images lie."""
        return tuple(dict.fromkeys(one for source in self.sources for one in source.folders)) or (self.root,)

    @property
    def kept_for_tests(self) -> bool:
        """Whether images of it are the test part of a split."""
        is_test = self.part is not None and self.part.part == "test"
        return is_test or any(source.kept_for_tests for source in self.sources)

    @property
    def scales(self) -> tuple[float, ...]:
        """The scales at which at least one image comes with an LR file."""
        return tuple(sorted({scale for image in self.images for scale in image.lr}))

    def lr_file(self, image: ImageFiles, scale: float) -> Path | None:
        """The LR file that `image` brings at `scale`.

        Where LR has HR's size, the one there is: at scale 1, and where no scale is named for it at any.
        """
        if self.degradation:
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
        if self.degradation:
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
        """Where LR images come from: ``file``, or ``made:`` by an imresize or by its own degradation."""
        if self.uses_own_lr(scale, lr_mode, hr_crop):
            return "file"
        return f"made:{self.degradation.label if self.degradation else lr_mode}"

    @property
    def incomplete(self) -> bool:
        """Whether it, or a set that it is made of, has fewer images than the set of that name."""
        return bool(self.shortage)

    @property
    def shortage(self) -> str:
        """``90 of 91 images of T91``; empty where none is missing."""
        if within := next(filter(None, (source.shortage for source in self.sources)), ""):
            return within
        if self.spec and self.spec.images and len(self.images) < self.spec.images:
            return f"{len(self.images)} of {self.spec.images} images of {self.spec.name}"
        return ""
