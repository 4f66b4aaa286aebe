"""Explanations by ``srbench explain --json``: values under variants of the protocol, for the cells explained."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from srbench.errors import UsageError
from srbench.storage.json_file import read_json

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from srbench.report.tables import ReportedEntry

ADVICE = "write one with srbench explain --json"
SAME = 1e-6
"""Largest relative difference between a cell's value and the first value of its explanation."""


class Explanations:
    """Explanations by the cell that they explain.

    Args:
        files: Documents that ``srbench explain --json`` wrote.

    Raises:
        UsageError: if a file is not such a document.
    """

    def __init__(self, files: Iterable[Path] = ()) -> None:
        self._explanations = [(path, _read(path)) for path in files]
        self._used: set[Path] = set()

    @property
    def unused(self) -> list[Path]:
        """Files that explain none of the cells that `of` was called with."""
        return [path for path, _ in self._explanations if path not in self._used]

    def of(self, reported: ReportedEntry) -> dict[str, Any] | None:
        """Return the explanation of a measured cell for the page; None if no file explains it.

        An explanation belongs to a cell whose coordinates and value are those of its first variant.
        """
        column, value, slot = reported.entry.column, reported.entry.measured, reported.slot
        method = slot.method if slot else None
        if method is None or value is None:
            return None
        place = (method.name, column.dataset, column.scale, column.metric)
        for path, explanation in self._explanations:
            if explanation["place"] == place and math.isclose(explanation["base"], value, rel_tol=SAME):
                self._used.add(path)
                return {key: explanation[key] for key in ("note", "description", "variants")}
        return None


def _read(path: Path) -> dict[str, Any]:
    """Return a document of ``srbench explain --json`` with its checked fields and the variants to show."""
    document = read_json(path, UsageError, ADVICE)
    try:
        variants = document["variants"]
        return {
            "place": (document["method"], document["dataset"], float(document["scale"]), document["metric"]),
            "description": str(document["description"]),
            "note": str(document["note"]),
            "base": float(variants[0]["value"]),
            "variants": [_shown(variant) for variant in variants if _is_shown(variant)],
        }
    except (ValueError, LookupError, TypeError) as error:
        raise UsageError(
            f"--explained {path}: not a document of srbench explain --json ({type(error).__name__}); {ADVICE}"
        ) from error


def _is_shown(variant: dict[str, Any]) -> bool:
    """Return whether a variant is shown, as `srbench explain` does: those with one change, and the nearest with two."""
    return len(variant["changes"]) < 2 or bool(variant["nearest"])


def _shown(variant: dict[str, Any]) -> dict[str, Any]:
    """Return a variant for the page: its label, and the values that are numbers."""
    finite = {
        key: float(variant[key])
        for key in ("value", "to_base", "to_published")
        if isinstance(variant[key], float | int)
    }
    label = ", ".join(map(str, variant["changes"])) or "as it is"
    return {"label": label, "nearest": bool(variant["nearest"])} | finite
