"""Image datasets, as a plugin declares them: archives, splits, degradations and derived datasets."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from srbench.errors import PluginError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.protocol import ResizeMode

Part = Literal["train", "valid", "test"]
"""Name of a part of a split."""


@dataclass(frozen=True)
class Archive:
    """A file that a dataset is downloaded from, and the location of the images inside it."""

    url: str
    """Address of the file; if neither `hr` nor `lr` is set, of a page where a person gets the dataset."""
    sha256: str = ""
    """SHA-256 of the file; empty if none is published, so that only the dataset's fingerprint is checked."""
    hr: str = ""
    """Glob pattern of the HR images inside the archive."""
    lr: Mapping[float, str] = field(default_factory=dict)
    """Glob pattern of the LR images inside the archive, by scale."""


@dataclass(frozen=True)
class Split:
    """One of the three parts of a dataset that is split by the names of its images alone.

    The images are sorted by the SHA-256 of ``<seed>:<dataset>/<name>`` (UTF-8, compared as hex digits) and cut into
    train, valid and test in proportion to `shares`. `dataset` is the registered name of the image's dataset, or empty
    for a folder, which may be renamed. See `srbench.data.datasets.split` for the rounding.
    """

    part: Part
    shares: tuple[int, int, int] = (700, 101, 102)
    """Proportions of train, valid and test; the default is that of esrgan-gan, Sec. 4.1."""
    seed: int = 0
    """Seed of the order, part of the hashed text."""


@dataclass(frozen=True)
class DatasetSpec:
    """A named image dataset."""

    name: str
    summary: str = ""
    aliases: tuple[str, ...] = ()
    images: int | None = None
    """Number of HR images in the complete dataset; a copy with fewer is reported as incomplete. None: not checked."""
    lr_mode: str = ""
    """Mode of imresize (a `Protocol.lr` value) that made the dataset's LR files; empty: no LR files, or mode
    unknown."""
    fingerprints: Mapping[str, str] = field(default_factory=dict)
    """Fingerprint of a known good copy (`srbench.data.integrity.fingerprint`), by ``"HR"``, ``"X2"``, ..."""
    exact: bool = True
    """Whether all copies in use have equal pixels. False: they differ by one grey level, and verdicts use
    `MetricSpec.tolerance_inexact` (0.02 dB for PSNR)."""
    archives: tuple[Archive, ...] = ()
    """Files to download, or the page that offers them."""
    licence: str = ""
    """Terms of use, for people."""
    paper: str = ""
    """Publication that introduced the dataset."""
    provider: str = ""
    """``"module:attribute"`` of a function without parameters that returns (name, path) of each image, for images that
    ship with a dependency and are always available."""
    split: Literal["test", "train", "both"] = "test"
    """Use of the dataset in the literature: for tests, for training, or for both."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""


@dataclass(frozen=True)
class Downscale:
    """A step that makes HR images smaller than their files."""

    by: float
    """Factor, 1 or more; 2 halves both sides."""
    mode: ResizeMode = "matlab-uint8"
    """Mode of the antialiased imresize."""


@dataclass(frozen=True)
class Degradation:
    """The method by which a dataset makes its LR images, where imresize alone is not enough.

    LR files, and the imresize of a protocol, are then ignored.
    """

    name: str
    """Name that identifies the degradation within its plugin."""
    build: str
    """``"module:attribute"``, called as ``f(hr, scale, name)`` with a uint8 HR image and its name. It returns the uint8
    LR image, and must return the same pixels for the same image."""
    version: int = 1
    """Version, raised whenever the pixels change; part of the keys of records and trainings."""
    scale: float | None = None
    """Scale passed to `build` in place of the requested one; None: the requested scale. Required if `equal_size`, since
    no network is given the focal ratio of such pairs."""
    equal_size: bool = False
    """Whether LR images have the size of HR."""

    def __post_init__(self) -> None:
        """Check that the settings do not contradict each other.

        Raises:
            PluginError: if LR has the size of HR and `scale` is not set.
        """
        if self.equal_size and self.scale is None:
            raise PluginError(f"degradation {self.name}: LR has the size of HR, so its scale is unknown; set `scale`")

    @property
    def label(self) -> str:
        """Name with all settings, for people, e.g. ``real-like at x2 of equal size, version 2``."""
        at = "" if self.scale is None else f" at x{self.scale:g}"
        size = " of equal size" if self.equal_size else ""
        return f"{self.name}{at}{size}" + (f", version {self.version}" if self.version != 1 else "")


@dataclass(frozen=True)
class DerivedDatasetSpec(DatasetSpec):
    """A dataset derived from others by joining, downscaling, degrading or splitting; no file is copied."""

    sources: tuple[str, ...] = ()
    """Names of datasets, parts of datasets (``BSDS500/train``), or folders. Downloads use the sources' `archives`."""
    exclude: tuple[str, ...] = ()
    """Images of the sources to leave out, as ``<dataset>/<name>``, e.g. a picture that occurs twice and would be in two
    parts."""
    downscale: Downscale | None = None
    """Step that makes HR smaller than in the sources, whose LR files are then ignored; None: HR is unchanged."""
    part: Split | None = None
    """Part of a split that the dataset consists of; None: all images."""
    degradation: Degradation | None = None
    """Degradation that makes the LR images; None: LR is read from files or made by imresize."""

    def __post_init__(self) -> None:
        """Check that there are sources, and that HR is not enlarged.

        Raises:
            PluginError: if no source is named, or if the downscale factor is below 1 or infinite.
        """
        if not self.sources:
            raise PluginError(f"dataset {self.name}: derived from no dataset; name one or more in `sources`")
        if self.downscale and not 1 <= self.downscale.by < math.inf:
            raise PluginError(
                f"dataset {self.name}: downscale factor is {self.downscale.by:g}; use a number of 1 or more"
            )
