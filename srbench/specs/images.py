"""SR images that a method's authors published, as a plugin declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.specs.model import ModelSpec

Writing = Literal["", "rounded", "truncated"]
"""Conversion to 8 bits with which the authors wrote their files; empty: it is not known."""


@dataclass(frozen=True)
class ImagesSpec:
    """Finished SR images of a method, which are measured in place of the output of a network.

    They are searched in ``images/<folder>/<dataset>/X4/`` of a data root, with the layouts and file names that
    `srbench.data.sr_images` describes. They can only be downloaded by hand.
    """

    name: str
    """Name for ``srbench data``, which no dataset and no weights may have; by convention ``<method>-images``."""
    folder: str
    """Name of the folder under ``images/``, in any case."""
    url: str
    """Page of the authors where a person gets the images."""
    licence: str
    origin: str
    """Origin in a sentence: who made them, and what the page offers."""
    aliases: tuple[str, ...] = ()
    """Further names of the method, in names of folders and as suffixes of files (``baby_SRGAN-VGG54``)."""
    scales: tuple[float, ...] = ()
    """Scales that the authors published. If there is only one, neither folders nor files have to name it."""
    written: Writing = ""
    """Conversion to 8 bits in the files, which replaces that of the protocol (`Protocol.quantise`)."""
    fingerprints: Mapping[tuple[str, float], str] = field(default_factory=dict)
    """Fingerprint of the decoded pixels of a known copy (`srbench.data.sr_images.image_set`), by dataset and scale;
    other pixels are refused."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names of the method, in lower case: `folder` and `aliases`."""
        return tuple(dict.fromkeys(label.casefold() for label in (self.folder, *self.aliases)))

    @property
    def only_scale(self) -> float | None:
        """The scale of all images; None if there are several, or if it is not known."""
        return self.scales[0] if len(self.scales) == 1 else None

    def as_model(self) -> ModelSpec:
        """Return a model that stands for the images where a method needs one; it can be neither built nor run."""
        from srbench.specs.model import ModelSpec

        return ModelSpec(self.name, "", scales=None, grey="keep", receptive_radius=0, summary=self.origin)
