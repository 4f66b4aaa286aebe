"""Import of objects that are named by a string, only when they are used."""

from __future__ import annotations

from srbench.loading.source_folders import at_home, importable
from srbench.loading.target import load

__all__ = ["at_home", "importable", "load"]
