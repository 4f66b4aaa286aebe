"""Import of objects that are named by a string, only when they are used."""

from __future__ import annotations

from srbench.loading.source_folders import importable, search_folders_of
from srbench.loading.target import load

__all__ = ["importable", "load", "search_folders_of"]
