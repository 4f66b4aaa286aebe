"""A dataset on disk: the files of its images, and how its LR images are made."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from srbench.errors import DataError, Unavailable
from srbench.specs.model import scales_text

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from srbench.data.image_files import FileRemark, ImageFiles
    from srbench.specs.dataset import DatasetSpec, Degradation, Split


@dataclass(frozen=True)
class Dataset:
    """Dataset on disk, whose files are known; no pixel has been read yet."""

    name: str
    root: Path
    images: tuple[ImageFiles, ...]
    lr_mode: str = ""
    """Mode of imresize (a `Protocol.lr` value) that made the LR files; empty: unknown, or no LR files."""
    equal_size: bool = False
    """Whether LR and HR have the same size: real pairs, which are neither cropped nor resized."""
    by_scale: bool = False
    """Whether each image has one scale only: real pairs, taken at one focal length each."""
    spec: DatasetSpec | None = None
    sources: tuple[Dataset, ...] = ()
    """Datasets that this one is derived from; empty for an original dataset."""
    derivation_text: str = ""
    """Description of the derivation for people (`srbench.data.datasets.derivation`)."""
    derivation: Mapping[str, Any] = field(default_factory=dict)
    """Derivation as data for keys."""
    part: Split | None = None
    """Part of a split that the dataset consists of."""
    degradation: Degradation | None = None
    """Degradation that makes the LR images; LR files and imresize are then not used."""
    remarks: tuple[FileRemark, ...] = ()
    """Remarks on files and folders that are there and not used."""
    lr_folders: Mapping[float, str] = field(default_factory=dict)
    """Path of the LR images in the dataset's folder by scale, where it is neither ``LR_bicubic/X4`` nor ``LR``."""

    def remarks_at(self, scale: float, lr: str = "") -> tuple[str, ...]:
        """Return remarks for readers of a number, on files and folders that are used or not used.

        Args:
            scale: Scale of the measurement.
            lr: Source of the LR images (`lr_source`); empty: no LR images are needed.
        """
        folder = self.lr_folders.get(scale) if lr else None
        texts = [remark.text for remark in self.remarks if remark.scale in {None, scale}]
        if folder and lr == "file":
            texts.insert(0, f"LR from {folder}")
        elif folder:
            texts.insert(0, f"{folder} is there and not used: the protocol makes LR")
        return tuple(dict.fromkeys(texts))

    @property
    def brings_lr(self) -> bool:
        """Whether the dataset has LR images that no protocol makes: those of real pairs, or of a degradation."""
        return self.equal_size or self.by_scale or self.degradation is not None

    @property
    def folders(self) -> tuple[Path, ...]:
        """Folders that contain the images."""
        return tuple(dict.fromkeys(folder for source in self.sources for folder in source.folders)) or (self.root,)

    @property
    def kept_for_tests(self) -> bool:
        """Whether the dataset contains images of the test part of a split."""
        is_test = self.part is not None and self.part.part == "test"
        return is_test or any(source.kept_for_tests for source in self.sources)

    @property
    def scales(self) -> tuple[float, ...]:
        """Scales at which at least one image has an LR file."""
        return tuple(sorted({scale for image in self.images for scale in image.lr}))

    def lr_file(self, image: ImageFiles, scale: float) -> Path | None:
        """Return the LR file of `image` at `scale`, or None.

        Where LR has HR's size, the only LR file is returned at scale 1, and at every scale if no scale is named for it.
        """
        if self.degradation:
            return None
        if self.equal_size and (scale == 1 or not self.by_scale):
            return next(iter(image.lr.values()))
        return image.lr.get(scale)

    def at(self, scale: float) -> Dataset:
        """Return the dataset with only the images that are available at `scale`: all, unless each has one scale only.

        Raises:
            Unavailable: if there are none.
        """
        if not self.by_scale:
            return self
        images = tuple(image for image in self.images if scale in image.lr)
        if not images:
            scales = scales_text(self.scales)
            raise Unavailable(f"{self.name}: no pairs at x{scale:g}; choose from {scales}")
        return replace(self, images=images)

    def uses_own_lr(self, scale: float, lr_mode: str, hr_crop: str = "scale") -> bool:
        """Return whether a measurement uses LR files: if there are some, made by `lr_mode` or in an unknown way.

        LR files belong to HR images cropped by the rule ``scale``; with another `hr_crop` LR has to be made.

        Args:
            scale: Scale of the measurement.
            lr_mode: Mode of imresize of the protocol.
            hr_crop: Rule by which the protocol crops HR.

        Raises:
            DataError: if only some images have an LR file, or if real pairs are not available at `scale`.
        """
        if self.degradation:
            return False
        usable = self.equal_size or self.by_scale or (self.lr_mode in {"", lr_mode} and hr_crop == "scale")
        without = [image for image in self.images if self.lr_file(image, scale) is None]
        if without and self.by_scale:
            raise DataError(
                f"{without[0].hr}: not a real pair at scale {scale:g}; use "
                f"{self.name}/train/X{scale:g} or {self.name}/test/X{scale:g}"
            )
        if not usable or len(without) == len(self.images):
            return False
        if without:
            raise DataError(
                f"{without[0].hr}: no LR image at scale {scale:g}, but other images have one; add it, or remove all"
            )
        return True

    def lr_source(self, scale: float, lr_mode: str, hr_crop: str = "scale") -> str:
        """Return the source of LR images: ``file``, or ``made:`` and the mode of imresize or the degradation.

        Args:
            scale: Scale of the measurement.
            lr_mode: Mode of imresize of the protocol.
            hr_crop: Rule by which the protocol crops HR.

        Raises:
            DataError: if only some images have an LR file, or if real pairs are not available at `scale`.
        """
        if self.uses_own_lr(scale, lr_mode, hr_crop):
            return "file"
        return f"made:{self.degradation.label if self.degradation else lr_mode}"

    @property
    def incomplete(self) -> bool:
        """Whether the dataset, or one that it is derived from, has fewer images than its complete version."""
        return bool(self.shortage)

    @property
    def shortage(self) -> str:
        """Count of an incomplete dataset's images, as ``90 of 91 images of T91``; empty if none is missing."""
        if shortage := next(filter(None, (source.shortage for source in self.sources)), ""):
            return shortage
        if self.spec and self.spec.images and len(self.images) < self.spec.images:
            return f"{len(self.images)} of {self.spec.images} images of {self.spec.name}"
        return ""
