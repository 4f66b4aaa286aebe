"""Things that are missing on this machine, in words, and whether a program can get them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.data.fetch.urls import download_urls

if TYPE_CHECKING:
    from srbench.catalog import Catalog
    from srbench.errors import Lack

WORDS = {
    "training": "a training of",
    "data": "dataset",
    "weights": "weights",
    "images": "SR images of",
    "package": "the package with",
    "machine": "another machine:",
}
"""Words before the name of what is missing, by `Lack.kind`."""


def lack_urls(lack: Lack, catalog: Catalog) -> tuple[str, ...]:
    """Return the addresses that a program can download it from; empty if there are none."""
    if lack.kind == "data" and lack.source in catalog.datasets:
        return download_urls(catalog.datasets.get(lack.source))
    if lack.kind == "weights" and lack.source in catalog.weights:
        return download_urls(catalog.weights.get(lack.source))
    return ()


def by_hand(lack: Lack, catalog: Catalog) -> bool:
    """Return whether a person has to fetch it: a file that no program can download."""
    if lack.kind == "images":
        return True
    known = (lack.kind == "data" and lack.source in catalog.datasets) or (
        lack.kind == "weights" and lack.source in catalog.weights
    )  # other files are a user's
    return known and not lack_urls(lack, catalog)
