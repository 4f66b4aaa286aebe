"""The page of one measured table, as ``srbench eval --out FILE.html`` writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from srbench.catalog import load_catalog
from srbench.provenance import versions
from srbench.registry import Plugin
from srbench.report.page import ReportContent, render_page
from srbench.report.tables import ReportedEntry, ReportedTable

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result

MEASURED = "measured"
"""Name of the section of a table that belongs to no paper."""


def to_html(result: Result) -> str:
    """Return the page of one table; its numbers open with their values by image, without protocol and weights."""
    catalog = load_catalog()
    plugin = catalog.plugins.get(result.plugin) or Plugin(result.plugin or MEASURED)
    entries = tuple(ReportedEntry(entry, None) for entry in result.entries)
    return render_page(
        ReportContent([ReportedTable(plugin, result, entries)], version=versions().get("srbench", "")), catalog
    )
