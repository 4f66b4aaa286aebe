"""Checkpoint files, as a plugin declares them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class WeightsSpec:
    """A checkpoint file: where it comes from and how it is verified.

    The file is searched by `filename` anywhere under ``weights/`` of a data root; a file with another SHA-256 is
    refused.
    """

    name: str
    filename: str
    url: str
    sha256: str
    """SHA-256 of the file; empty if none is published."""
    licence: str
    origin: str
    """Origin in a sentence: who trained it, and on which data."""
    authors: bool = True
    """Whether the authors of the method published these weights. False: weights of a re-implementation, whose numbers
    are no evidence for or against the printed ones."""
    convert: str = ""
    """``"module:attribute"`` of a function that maps the file's state dict to the model's key names."""
    convert_version: int = 1
    """Version of `convert`, raised whenever its result changes; part of the keys of records."""
    resource: str = ""
    """``"package:path"`` of a file that ships inside the plugin, which is always available."""
    downloadable: bool = True
    """Whether `url` is the file itself. False: it is a page where a person gets the file."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by file name of other files with the same weights, which are used if available."""
    sha256_start: str = ""
    """First digits of the SHA-256 where its publisher states no more, as in the file names of ``torch.hub``. The whole
    hash of the file that is used is in every record."""
    parts: Mapping[str, str] = field(default_factory=dict)
    """SHA-256 by file name of the further files of weights that are published as several; they lie beside `filename`,
    and at `url` with their names in place of its last part."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    def known(self, filename: str) -> str:
        """Return the expected SHA-256 of a file called `filename`, or its first digits; empty if none is known."""
        return self.copies.get(filename, self.sha256 or self.sha256_start)
