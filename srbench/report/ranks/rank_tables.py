"""Rank statistics of all methods that the tables measure, for each metric, scale and protocol."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from srbench.report.ranks.ranking import standings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from srbench.report.tables import ReportedTable
    from srbench.specs.metric import MetricSpec

FEWEST_METHODS = 2
"""Fewest methods that are ranked against each other."""


def rank_tables(tables: Iterable[ReportedTable]) -> list[dict[str, Any]]:
    """Return the rank statistics for each metric, scale and protocol, as plain data.

    A method takes part if it is measured on the datasets that most methods are measured on; a method that several
    tables measure counts once.
    """
    gathered: dict[tuple[str, float, str], dict[str, dict[str, dict[str, float]]]] = {}
    metrics: dict[str, MetricSpec] = {}
    names: dict[str, str] = {}
    for table in tables:
        for reported in table.entries:
            entry, slot = reported.entry, reported.slot
            if not (slot and slot.method and entry.metric and entry.column.dataset and entry.column.scale):
                continue
            if not reported.is_recorded:
                continue
            metrics[entry.metric.name] = entry.metric
            names.setdefault(slot.method.name, entry.row.label)
            place = (entry.metric.name, entry.column.scale, slot.protocol.name)
            of_method = gathered.setdefault(place, {}).setdefault(slot.method.name, {})
            of_method.setdefault(entry.column.dataset, dict(entry.images))
    listed = []
    for (metric, scale, protocol), values in sorted(gathered.items()):
        datasets, chosen = _common(values)
        ranked = standings(
            {method: {name: chosen[method][name] for name in datasets} for method in chosen},
            higher_is_better=metrics[metric].better == "higher",
        )
        if len(ranked) < FEWEST_METHODS:
            continue
        listed.append(
            {
                "metric": metric,
                "title": metrics[metric].title or metric,
                "scale": scale,
                "protocol": protocol,
                "datasets": datasets,
                "images": ranked[0].images,
                "lines": [
                    {
                        "method": names[standing.method],
                        "rank": round(standing.mean_rank, 4),
                        "rankInterval": [round(end, 4) for end in standing.rank_interval],
                        "win": round(standing.win_rate, 4),
                        "winInterval": [round(end, 4) for end in standing.win_interval],
                    }
                    for standing in ranked
                ],
            }
        )
    return listed


def _common(
    values: dict[str, dict[str, dict[str, float]]],
) -> tuple[list[str], dict[str, dict[str, dict[str, float]]]]:
    """Return the datasets to rank over, and the methods that are measured on all of them.

    The choice is the one with the most pairs of a dataset and a method; of two such, the one with more datasets.
    """
    candidates = {frozenset(of_method) for of_method in values.values()}

    def methods(datasets: frozenset[str]) -> list[str]:
        return [method for method, of_method in values.items() if datasets <= of_method.keys()]

    def worth(datasets: frozenset[str]) -> tuple[int, int, list[str]]:
        return len(datasets) * len(methods(datasets)), len(datasets), sorted(datasets)

    best = max(candidates, key=worth)
    return sorted(best), {method: values[method] for method in methods(best)}
