"""Rank statistics of all methods that the tables measure, for each metric, scale and protocol."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from srbench.report.ranks.ranking import standings

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from srbench.report.tables import ReportedTable
    from srbench.specs.metric import MetricSpec

FEWEST_METHODS = 2
"""Fewest methods that are ranked against each other."""


@dataclass(frozen=True)
class _Contest:
    """The values that are ranked together: of one metric, at one scale, under one protocol."""

    metric: MetricSpec
    scale: float
    protocol: str
    values: dict[str, dict[str, Mapping[str, float]]] = field(default_factory=dict)
    """Values by image, for each method and dataset."""

    def datasets(self) -> list[str]:
        """Return the datasets to rank over, chosen so that the most values enter the ranking; empty if there are none.

        A choice is the datasets that a method has, or those that two have in common. Of two choices with as many values
        it is the one with more datasets, then that with more images.
        """

        def worth(datasets: frozenset[str]) -> tuple[int, int, int, list[str]]:
            methods = self.methods(datasets)
            images = sum(len(self.values[methods[0]][name]) for name in datasets) if methods else 0
            return len(datasets) * len(methods), len(datasets), images, sorted(datasets)

        of_methods = {frozenset(of_method) for of_method in self.values.values()}
        choices = {some & others for some in of_methods for others in of_methods}
        usable = [choice for choice in choices if choice and len(self.methods(choice)) >= FEWEST_METHODS]
        best: frozenset[str] = max(usable, key=worth, default=frozenset())
        return sorted(best)

    def methods(self, datasets: Iterable[str]) -> list[str]:
        """Return the methods that are measured on all of `datasets`."""
        return [method for method, of_method in self.values.items() if of_method.keys() >= set(datasets)]


def rank_tables(tables: Iterable[ReportedTable]) -> list[dict[str, Any]]:
    """Return the rank statistics for each metric, scale and protocol, as plain data.

    The datasets are those with which the most values enter the ranking, and a method takes part if it is measured on
    all of them; a method that several tables measure counts once.
    """
    contests: dict[tuple[str, float, str], _Contest] = {}
    labels: dict[str, str] = {}
    for table in tables:
        for reported in table.entries:
            entry, slot = reported.entry, reported.slot
            if not (slot and slot.method and entry.metric and entry.column.dataset and entry.column.scale):
                continue
            if not reported.is_recorded:
                continue
            labels.setdefault(slot.method.name, entry.row.label)
            place = (entry.metric.name, entry.column.scale, slot.protocol.name)
            contest = contests.setdefault(place, _Contest(entry.metric, *place[1:]))
            contest.values.setdefault(slot.method.name, {}).setdefault(entry.column.dataset, entry.images)
    ranked = (_ranked(contest, labels) for _, contest in sorted(contests.items()))
    return [listed for listed in ranked if listed]


def _ranked(contest: _Contest, labels: Mapping[str, str]) -> dict[str, Any] | None:
    """Return the rank statistics of a contest as plain data, with methods by their labels; None for too few methods."""
    datasets, metric = contest.datasets(), contest.metric
    if not datasets:
        return None
    ranked = standings(
        {method: {name: contest.values[method][name] for name in datasets} for method in contest.methods(datasets)},
        higher_is_better=metric.better == "higher",
    )
    return {
        "metric": metric.name,
        "title": metric.title or metric.name,
        "scale": contest.scale,
        "protocol": contest.protocol,
        "datasets": datasets,
        "images": ranked[0].images,
        "lines": [
            {
                "method": labels[standing.method],
                "rank": round(standing.mean_rank, 4),
                "rankInterval": [round(end, 4) for end in standing.rank_interval],
                "win": round(standing.win_rate, 4),
                "winInterval": [round(end, 4) for end in standing.win_interval],
            }
            for standing in ranked
        ],
    }
