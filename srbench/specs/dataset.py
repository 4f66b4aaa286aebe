"""Named sets of images, as a plugin declares them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from srbench.errors import PluginError

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
    """A set of images that has a name in the field."""

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
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


@dataclass(frozen=True)
class Downscale:
    """One step of making HR smaller than its file."""

    by: float
    """Factor, 1 or more; 2 halves both sides."""
    mode: ResizeMode = "matlab-uint8"
    """The antialiased imresize that makes it smaller."""


@dataclass(frozen=True)
class Degradation:
    """How a dataset makes its LR images, where imresize alone will not do.

    LR files, and the imresize of a protocol, are then ignored.
    """

    name: str
    """Identifies the degradation within its plugin."""
    build: str
    """``"module:attribute"``, called as ``f(hr, scale, name)`` with a uint8 HR image and its name. It returns the uint8 LR
    image, always the same for the same image."""
    version: int = 1
    """Raised whenever its pixels change; part of the keys of records and trainings."""
    scale: float | None = None
    """Scale that `build` is called with in place of the scale in force; None: that one. Required where `equal_size`, since
    no network is told the focal ratio of such pairs."""
    equal_size: bool = False
    """Whether LR has the size of HR."""

    def __post_init__(self) -> None:
        """Refuse settings that contradict each other.

        Raises:
            PluginError: if LR has the size of HR, but no scale is named.
        """
        if self.equal_size and self.scale is None:
            raise PluginError(f"degradation {self.name}: LR has the size of HR, so its scale is unknown; set `scale`")

    @property
    def label(self) -> str:
        """Name with all settings for people, e.g. ``real-like at x2 of equal size, version 2``."""
        at = "" if self.scale is None else f" at x{self.scale:g}"
        size = " of equal size" if self.equal_size else ""
        return f"{self.name}{at}{size}" + (f", version {self.version}" if self.version != 1 else "")


@dataclass(frozen=True)
class DerivedDatasetSpec(DatasetSpec):
    """A dataset that is derived from others: joined, downscaled, degraded, or split. Nothing is copied."""

    sources: tuple[str, ...] = ()
    """Datasets by name, parts of them (``BSDS500/train``), or folders. `archives` are those of the sources."""
    exclude: tuple[str, ...] = ()
    """Images of the sources to leave out, as ``<dataset>/<name>``: a picture that occurs twice would be in two parts."""
    downscale: Downscale | None = None
    """How HR is made smaller than in the sources. Their LR files are then ignored."""
    part: Split | None = None
    """The part of a split that the dataset consists of; None: all images."""
    degradation: Degradation | None = None
    """How LR is made; None: from files, or by imresize."""

    def __post_init__(self) -> None:
        """Refuse a derivation from nothing, or one that enlarges.

        Raises:
            PluginError: if no source is named, or HR would not become smaller.
        """
        if not self.sources:
            raise PluginError(
                f"dataset {self.name}: a derived dataset needs the datasets it is made of; name them in `sources`"
            )
        if self.downscale and not 1 <= self.downscale.by < math.inf:
            raise PluginError(
                f"dataset {self.name}: downscale is {self.downscale.by:g}; expected a number of 1 or more"
            )
