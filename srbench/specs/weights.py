"""A checkpoint file, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class WeightsSpec:
    """A checkpoint file, its home and how to know it.

    The file is searched by `filename` anywhere under a data root's ``weights/``; one with another SHA-256 is refused.
    """

    name: str
    filename: str
    url: str
    sha256: str
    licence: str
    origin: str
    """Who trained it on what, in a sentence."""
    convert: str = ""
    """``"module:attribute"``: maps the file's state dict to the model's own key names."""
    convert_version: int = 1
    """Raised whenever what `convert` gives changes; part of the keys of records."""
    resource: str = ""
    """``"package:path"`` where the file ships inside the plugin; then it is always at hand."""
    downloadable: bool = True
    """False: `url` is a page where a person gets the file, not the file itself."""
    copies: Mapping[str, str] = field(default_factory=dict)
    """File name -> SHA-256 of other files with the same weights, which do as well where they are at hand."""
    plugin: str = ""
    """Name of the registering plugin; set by the catalog."""

    def known(self, filename: str) -> str:
        """The SHA-256 that a file of that name should have; empty where none is known."""
        return self.copies.get(filename, self.sha256)
