"""Sentences of a table's page: what was measured, and which file is which."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from srbench.bench.results.verdict import Verdict

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result

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
    cells = f"{len(result.measured)} of {len(result.entries)} cells measured"
    return f"{cells}: {'; '.join(words)}" if words else cells
