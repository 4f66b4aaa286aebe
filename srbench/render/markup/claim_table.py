"""Answered claims as a table: one line per claim and metric, one column per scale or dataset."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from srbench.bench.results.claims import FEWEST_SEEDS
from srbench.render.grid import ARROWS
from srbench.render.remarks import p_text
from srbench.specs.table import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from srbench.bench.results.claims import ClaimAnswer

MOST_PLACES = 5
"""Largest number of columns with answers; of more places, each has a line."""


@dataclass(frozen=True)
class ClaimTable:
    """Answered claims of a table."""

    header: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    """Claim, metric, and maybe dataset and scale of each line."""
    answers: tuple[tuple[ClaimAnswer | None, ...], ...]
    """Answers of each line; they follow the labels."""

    @property
    def reduced(self) -> bool:
        """True if all answers are about reduced rows."""
        return all(answer.reduced for line in self.answers for answer in line if answer)


def claim_table(answers: Sequence[ClaimAnswer]) -> ClaimTable:
    """Return the answers as a table, which has a column per scale, or per dataset if there is only one scale.

    Args:
        answers: Answers to claims; those of one text and metric share a line.
    """
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
    by_line: dict[tuple[object, ...], dict[str, ClaimAnswer]] = {}
    texts: dict[tuple[object, ...], tuple[str, ...]] = {}
    for answer in answers:
        text = (answer.claim.text, _metric(answer), *(_named(answer, [name]) for name in labels))
        line = (*text, replace(answer.claim, column=Column(answer.claim.column.metric)))
        texts[line] = text
        by_line.setdefault(line, {})[_named(answer, [*alone, *across])] = answer
    return ClaimTable(
        ("Claim", "Metric", *(name.capitalize() for name in labels), *(name or "Answer" for name in columns)),
        tuple(texts.values()),
        tuple(tuple(of_line.get(column) for column in columns) for of_line in by_line.values()),
    )


def answer_lines(answer: ClaimAnswer) -> list[str]:
    """Return the answer in lines of a cell: yes or no, difference and interval, p over images, p over seeds."""
    test, decimals = answer.test, answer.metric.decimals + 1
    low, high = test.interval or (math.nan, math.nan)
    lines = [
        answer.holds,
        f"{test.difference:+.{decimals}f} [{low:+.{decimals}f}, {high:+.{decimals}f}]",
        f"{p_text(test.p)}, {test.n} images",
    ]
    if answer.trained:
        each = ", ".join(f"{difference:+.{decimals}f}" for difference in answer.by_seed)
        count = len(answer.by_seed)
        decided = f"{p_text(answer.seeds_p)}, {count} seeds ({each})"
        lines.append(decided if count >= FEWEST_SEEDS else f"{count} of {FEWEST_SEEDS} seeds")
    return lines


def _metric(answer: ClaimAnswer) -> str:
    return f"{answer.metric.title or answer.metric.name} {ARROWS[answer.metric.better]}"


def _named(answer: ClaimAnswer, parts: Sequence[str]) -> str:
    column = answer.claim.column
    names = {"dataset": column.dataset, "scale": f"x{column.scale:g}" if column.scale else ""}
    return " ".join(name for part, name in names.items() if name and part in parts)


def _scale(answer: ClaimAnswer) -> float:
    return answer.claim.column.scale or 0
