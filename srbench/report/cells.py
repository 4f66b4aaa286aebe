"""The cells of all tables as plain data for the page: the numbers shown, and the details that open at a click."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from srbench.render.grid import label, labels_of
from srbench.render.numbers import NONE, delta_text, measured_text, published_text
from srbench.report.words import budget_words, protocol_name, protocol_words, weights_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from srbench.catalog import Catalog
    from srbench.records.record import Record
    from srbench.report.explanations import Explanations
    from srbench.report.tables import ReportedEntry, ReportedTable

SHOWN_VERSIONS = ("srbench", "torch", "numpy", "python")
"""Libraries whose versions stand first in a cell's details."""


class Cells:
    """Cells of the page, numbered in the order in which they are added; equal parts are stored once.

    Args:
        catalog: The catalog, for the origin of weights.
        explanations: Results of ``srbench explain`` on cells.
    """

    def __init__(self, catalog: Catalog, explanations: Explanations) -> None:
        self._catalog = catalog
        self._explanations = explanations
        self.cells: list[dict[str, Any]] = []
        self.images: list[list[str]] = []
        """Lists of image names; a record names its list by number."""
        self.facts: list[dict[str, Any]] = []
        """Circumstances that many cells share: protocol, weights, versions, training."""
        self._known_images: dict[tuple[str, ...], int] = {}
        self._known_facts: dict[str, int] = {}

    def add_table(self, table: ReportedTable) -> int:
        """Add all cells of a table, row by row, and return the number of the first."""
        first = len(self.cells)
        datasets = labels_of(table.result)
        self.cells += [self._cell(table, reported, label(reported.entry, datasets)) for reported in table.entries]
        return first

    def document(self) -> dict[str, Any]:
        """Return the cells and the lists that they refer to by number, as the page's script reads them."""
        return {"cells": self.cells, "images": self.images, "facts": self.facts}

    def _cell(self, table: ReportedTable, reported: ReportedEntry, names: Mapping[str, str]) -> dict[str, Any]:
        entry, result = reported.entry, table.result
        cell: dict[str, Any] = {
            "plugin": result.plugin,
            "table": result.table.id,
            "row": entry.row.label,
            "dataset": names["dataset"],
            "scale": entry.column.scale,
            "metric": names["metric"],
            "better": entry.metric.better if entry.metric else "",
            "value": entry.measured,
            "measured": measured_text(entry),
            "published": published_text(entry) if entry.published else "",
            "delta": delta_text(entry),
            "numbers": {"published": entry.published.value, "delta": entry.delta} if entry.published else None,
            "verdict": str(entry.verdict),
            "mark": entry.verdict.mark,
            "note": entry.note,
            "interval": list(entry.interval) if entry.interval else None,
            "std": entry.std,
            "n": entry.n_images,
            "seeds": entry.seeds if entry.trained else None,
            "bySeed": list(entry.by_seed) if len(entry.by_seed) > 1 else None,
            "reference": entry.row.reference,
            "reduced": bool(entry.row.reduced),
        }
        if entry.measured is not None:
            cell["values"] = self._values(entry.images)
        if records := reported.records:
            cell["records"] = [self._record(record, entry.column.scale) for record in records]
            cell["explanation"] = self._explanations.of(reported)
        # most cells have few of these: the page takes a missing key for an absent value; a measured 0 is a value
        return {key: value for key, value in cell.items() if value is not False and value not in (None, "", NONE)}

    def _values(self, images: Mapping[str, float]) -> dict[str, Any] | None:
        """Return the values by image, with the number of their list of names; None for a value of no image (a cost)."""
        named = {name: value for name, value in images.items() if name}
        if not named:
            return None
        names = tuple(named)
        number = self._known_images.setdefault(names, len(self.images))
        if number == len(self.images):
            self.images.append(list(names))
        return {"of": number, "values": [_rounded(value) for value in named.values()]}

    def _record(self, record: Record, scale: float | None) -> dict[str, Any]:
        """Return a record for the page, with the number of its facts, which many records share."""
        facts = {
            "protocol": protocol_name(record),
            "words": protocol_words(record.protocol, scale),
            "weights": weights_words(record, self._catalog),
            "device": record.device,
            "versions": _versions(record),
            "source": record.source,
            "data": record.dataset_fingerprint,
            "derived": record.dataset_made,
            "lr": record.lr,
            "training": budget_words(record.training),
        }
        text = repr(facts)
        number = self._known_facts.setdefault(text, len(self.facts))
        if number == len(self.facts):
            self.facts.append({key: value for key, value in facts.items() if value})
        return {"key": record.cell.key, "seed": record.cell.seed, "seconds": round(record.seconds, 2), "facts": number}


def _versions(record: Record) -> str:
    first = [name for name in SHOWN_VERSIONS if name in record.versions]
    rest = sorted(set(record.versions) - set(first))
    return ", ".join(f"{name} {record.versions[name]}" for name in (*first, *rest))


def _rounded(value: float) -> float | str:
    return float(f"{value:.6g}") if math.isfinite(value) else str(value)
