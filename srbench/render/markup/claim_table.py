"""Answered claims as a table: one line per claim and metric, one column per scale or dataset."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srbench.render.answer import outlook, statistics_of
from srbench.render.grid import ARROWS
from srbench.specs.table import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.power.prospects import Prospect
    from srbench.bench.results.claims import ClaimAnswer

MOST_PLACES = 5
"""Largest number of columns with answers; of more places, each has a line."""


@dataclass(frozen=True)
class ClaimTable:
    """Answered claims of a table."""

    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    """Claim, metric, and maybe dataset and scale of each line."""
    answers: tuple[tuple[Prospect | None, ...], ...]
    """Answers of each line; they follow the labels."""

    @property
    def reduced(self) -> bool:
        """True if all answers are about reduced rows."""
        return all(entry.answer.reduced for line in self.answers for entry in line if entry)


def claim_table(prospects: Sequence[Prospect]) -> ClaimTable:
    """Return the answers as a table, which has a column per scale, or per dataset if there is only one scale.

    Args:
        prospects: Claims with their answers; those of one text and metric share a line.
    """
    answers = [prospect.answer for prospect in prospects]
    datasets = {answer.claim.column.dataset for answer in answers}
    scales = {answer.claim.column.scale for answer in answers}
    across = [name for name, values in (("scale", scales), ("dataset", datasets)) if len(values) > 1][:1]
    if across and len({_named(answer, across) for answer in answers}) > MOST_PLACES:
        across = []
    labels = [
        name for name, values in (("dataset", datasets), ("scale", scales)) if len(values) > 1 and name not in across
    ]
    alone = [name for name in ("dataset", "scale") if name not in (*across, *labels)]
    columns = dict.fromkeys(_named(answer, [*alone, *across]) for answer in sorted(answers, key=_scale))
    by_line: dict[tuple[object, ...], dict[str, Prospect]] = {}
    texts: dict[tuple[object, ...], tuple[str, ...]] = {}
    for prospect in prospects:
        answer = prospect.answer
        text = (answer.claim.text, _metric(answer), *(_named(answer, [name]) for name in labels))
        line = (*text, replace(answer.claim, column=Column(answer.claim.column.metric)))
        texts[line] = text
        by_line.setdefault(line, {})[_named(answer, [*alone, *across])] = prospect
    return ClaimTable(
        ("Claim", "Metric", *(name.capitalize() for name in labels), *(name or "Answer" for name in columns)),
        tuple(texts.values()),
        tuple(tuple(of_line.get(column) for column in columns) for of_line in by_line.values()),
    )


def answer_lines(prospect: Prospect) -> list[str]:
    """Return the answer in lines of a cell: yes or no, effect and interval, p, seeds and images, and what it lacks."""
    answer = prospect.answer
    return [answer.holds, *statistics_of(answer), *filter(None, [outlook(prospect)])]


def _metric(answer: ClaimAnswer) -> str:
    return f"{answer.metric.title or answer.metric.name} {ARROWS[answer.metric.better]}"


def _named(answer: ClaimAnswer, parts: Sequence[str]) -> str:
    column = answer.claim.column
    names = {"dataset": column.dataset, "scale": f"x{column.scale:g}" if column.scale else ""}
    return " ".join(name for part, name in names.items() if name and part in parts)


def _scale(answer: ClaimAnswer) -> float:
    return answer.claim.column.scale or 0
