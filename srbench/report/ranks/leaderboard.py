"""The leaderboard: one dataset at one scale in one metric over all papers, measured and printed side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.bench.facts import FactFilter, gather_facts
from srbench.published import as_printed

if TYPE_CHECKING:
    from pathlib import Path

    from srbench.bench.facts import Fact
    from srbench.catalog import Catalog
    from srbench.specs.table import Column


def boards(catalog: Catalog, results: Path) -> list[dict[str, Any]]:
    """Return a board for each dataset, scale and metric that a paper prints, as plain data.

    Each line of a board is a method, with all its printed and measured numbers. Costs have no dataset, and often no
    scale.

    Args:
        catalog: The catalog with the papers' tables.
        results: Output folder of the runs.

    Raises:
        StoreError: if a measured table cannot be read.
    """
    by_column: dict[Column, list[Fact]] = {}
    for fact in gather_facts(catalog, FactFilter(), results):
        by_column.setdefault(fact.column, []).append(fact)
    listed = [_board(column, facts, catalog) for column, facts in by_column.items()]
    order = {name: number for number, name in enumerate(dict.fromkeys(column.dataset for column in by_column))}
    return sorted(listed, key=lambda board: (order[board["dataset"]], board["scale"] or 0))


def _board(column: Column, facts: list[Fact], catalog: Catalog) -> dict[str, Any]:
    metric = catalog.metrics.get(column.metric) if column.metric in catalog.metrics else None
    return {
        "dataset": column.dataset,
        "scale": column.scale,
        "metric": column.metric,
        "title": (metric.title or metric.name) if metric else column.metric,
        "better": metric.better if metric else "higher",
        "lines": [_line(fact) for fact in facts],
    }


def _line(fact: Fact) -> dict[str, Any]:
    return {
        "method": fact.labels[0],
        "other": list(fact.labels[1:]),
        "subject": fact.subject,
        "printed": [
            {
                "where": f"{number.plugin} {number.table}",
                "text": number.published.printed,
                "value": number.published.value,
                "disputed": fact.disputed(number),
            }
            for number in fact.printed
        ],
        "measured": [
            {
                "where": f"{cell.plugin} {cell.table}",
                "text": as_printed(cell.value, fact.printed[0].published, more=1),
                "value": cell.value,
                "verdict": cell.verdict,
                "profile": cell.profile,
                "row": cell.row,
            }
            for cell in fact.measured
        ],
    }
