"""Sentences of a table's page: what was measured, which numbers are bold, and which file is which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result

BEST_RULE = (
    "best measured number among the paper's rows by the table's protocol, or among the reduced rows where fewer than "
    "two of those are measured"
)
"""Which numbers `srbench.render.markup.best` compares, for a reader."""
FILES = (
    "Beside this page: `.cells.csv` has one line a number, in full precision, for sheets and scripts; `.csv` has the "
    "paper's layout, four columns for each of its columns; `.tex` is for LaTeX."
)


def summary(result: Result) -> str:
    """Return the number of measured cells and of each verdict: ``92 of 180 cells measured: 42 reproduced (✓); ...``."""
    counts = Counter(entry.verdict for entry in result.measured)
    words = [
        f"{count} {verdict}" + (f" ({verdict.mark})" if verdict.mark else "")
        for verdict in Verdict
        if (count := counts[verdict])
    ]
    return f"{len(result.measured)} of {len(result.entries)} cells measured" + (f": {'; '.join(words)}" if words else "")
