"""Addresses from which a program can download a dataset or weights."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.fetch.hub import beside
from srbench.specs.weights import WeightsSpec

if TYPE_CHECKING:
    from srbench.specs.dataset import DatasetSpec


def download_urls(spec: DatasetSpec | WeightsSpec) -> tuple[str, ...]:
    """Return the addresses of all files of a dataset or of weights; empty if a person has to get them."""
    if isinstance(spec, WeightsSpec):
        return (*(beside(spec.url, name) for name in spec.parts), spec.url) if spec.downloadable and spec.url else ()
    if not all(archive.hr or archive.lr for archive in spec.archives):  # a page that offers them
        return ()
    return tuple(archive.url for archive in spec.archives)
