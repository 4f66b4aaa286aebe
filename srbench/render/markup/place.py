"""Dataset and scale that all numbers of a table share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from srbench.render.grid import label, labels_of

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result


def common_place(result: Result) -> str:
    """Return dataset and scale where the table has a single one, ``Set14 x4``, without those that its title names."""
    datasets = labels_of(result)
    names = [label(entry, datasets) for entry in result.entries if entry.column.dataset]
    alone = (next(iter(values)) for part in ("dataset", "scale") if len(values := {name[part] for name in names}) == 1)
    return " ".join(name for name in alone if name and not _named(name, result.table.title))


def _named(name: str, title: str) -> bool:
    """Return whether `title` has `name` as a word; a scale may have a multiplication sign."""
    return re.search(rf"(?<![\w.]){re.escape(name)}(?![\w.]*\w)", title.replace("×", "x"), re.IGNORECASE) is not None
