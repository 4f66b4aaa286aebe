"""A named set of images, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.protocol import ResizeMode

Part = Literal["train", "valid", "test"]


@dataclass(frozen=True)
class Archive:
    """One file of a dataset's public home, and where its images lie in it."""

    url: str
    sha256: str = ""
    """Empty where no checksum is published; the dataset's own fingerprint is then the only check."""
    hr: str = ""
    """Glob, inside the archive, of the HR images."""
    lr: Mapping[float, str] = field(default_factory=dict)
    """Glob, inside the archive, of the LR images at each scale."""


@dataclass(frozen=True)
class Split:
    """One of the three parts that a set is cut into, by a rule that nothing but the images' names has a say in.

    The images are put in the order of the SHA-256 of ``<seed>:<dataset>/<name>`` (UTF-8, compared as hex digits), and
    cut into train, valid and test in proportion to `shares`. `dataset` is the name that the image's set is registered
    by, and empty for a folder, which may be renamed. See `srbench.data.datasets.split` for the rounding.
    """

    part: Part
    shares: tuple[int, int, int] = (700, 101, 102)
    """Of train, valid and test; those of esrgan-gan, Sec. 4.1."""
    seed: int = 0


@dataclass(frozen=True)
class DatasetSpec:
    """A set of images that has a name in the field, or one that is made `of` others."""

    name: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    images: int | None = None
    """How many HR images the whole set has; fewer are reported as an incomplete copy."""
    lr_mode: str = ""
    """Which imresize made the LR images that it brings (a `Protocol.lr` value); empty: none, or nobody knows."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """``"HR"``, ``"X2"``, ... -> fingerprint of a known good copy (`srbench.data.integrity.fingerprint`)."""
    exact: bool = True
    """False: copies in use differ by a grey level, and 0.02 dB is the tolerance of a verdict."""
    archives: tuple[Archive, ...] = ()
    licence: str = ""
    paper: str = ""
    provider: str = ""
    """``"module:attribute"`` -> iterable of (name, path): images that ship with a dependency, always at hand."""
    split: Literal["test", "train", "both"] = "test"
    of: tuple[str, ...] = ()
    """The sets that its images are from: datasets by name, parts of them (``BSDS500/train``), or folders. Nothing is
    copied, and `archives` are theirs."""
    without: tuple[str, ...] = ()
    """Images of them, as ``<dataset>/<name>``, that it leaves out: a picture that is there twice would be in two
    parts."""
    shrink: float = 1
    """How many times smaller HR is than that of the sets it is `of`; 2: halved. Their LR files are then left alone."""
    shrink_mode: ResizeMode = "matlab-uint8"
    """The imresize, with antialiasing, that makes HR smaller."""
    portion: Split | None = None
    """The part of them that it is; None: all."""
    lr_made_by: str = ""
    """``"module:attribute"``, called as ``f(hr, scale, name)`` with a uint8 HR image and its name, -> its LR image,
    uint8: a degradation of its own, always the same for the same image. LR files, and a protocol's imresize, are then
    left alone. For a set that is made `of` others. Empty: LR comes from files, or is made by imresize."""
    lr_version: int = 1
    """Raised whenever what `lr_made_by` gives changes; part of the keys of records and trainings."""
    lr_scale: float | None = None
    """What `lr_made_by` is called with in place of the scale in force: of a set that is `equal_size` the focal ratio,
    which no network is told."""
    equal_size: bool = False
    """`lr_made_by` gives LR images of HR's size."""
