"""Columns of the data frames, in order, each with the pandas type of its values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, get_args

from srbench.bench.results.verdict import Verdict
from srbench.records.record import Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    import pandas as pd

TEXT, REAL, WHOLE = "string", "Float64", "Int64"
"""pandas types that columns have. A missing number is ``<NA>``; a missing text is empty, so that grouping by it keeps
the line."""

Kind = str | tuple[str, ...]
"""Type of a column: one of the above, or the categories of a categorical column."""

VERDICTS = tuple(map(str, Verdict))
STATUSES: tuple[str, ...] = get_args(Status)

RESULTS: Mapping[str, Kind] = {
    "plugin": TEXT,
    "table": TEXT,
    "row": TEXT,
    "dataset": TEXT,
    "scale": REAL,
    "metric": TEXT,
    "measured": REAL,
    "std": REAL,
    "ci_low": REAL,
    "ci_high": REAL,
    "published": REAL,
    "delta": REAL,
    "verdict": VERDICTS,
    "protocol": TEXT,
    "profile": TEXT,
    "seeds": WHOLE,
    "seed_std": REAL,
    "n_images": WHOLE,
    "options": TEXT,
    "note": TEXT,
}
"""Columns of `read_results`: those of ``table-*.cells.csv``."""

RECORDS: Mapping[str, Kind] = {
    "method": TEXT,
    "dataset": TEXT,
    "scale": REAL,
    "protocol": TEXT,
    "metric": TEXT,
    "profile": TEXT,
    "seed": WHOLE,
    "image": TEXT,
    "value": REAL,
    "status": STATUSES,
    "device": TEXT,
    "note": TEXT,
    "key": TEXT,
}
"""Columns of `read_records`."""

PUBLISHED: Mapping[str, Kind] = {
    "plugin": TEXT,
    "table": TEXT,
    "row": TEXT,
    "dataset": TEXT,
    "scale": REAL,
    "metric": TEXT,
    "value": REAL,
    "printed": TEXT,
    "std": REAL,
    "rank": WHOLE,
    "note": TEXT,
}
"""Columns of `read_published`."""


def data_frame(lines: Iterable[Mapping[str, Any]], columns: Mapping[str, Kind]) -> pd.DataFrame:
    """Return the data frame of `lines` with the columns and types of `columns`; missing numbers are None."""
    import pandas as pd

    lines = list(lines)
    return pd.DataFrame(
        {name: pd.Series([line[name] for line in lines], dtype=_dtype(kind)) for name, kind in columns.items()}
    )


def _dtype(kind: Kind) -> Any:
    import pandas as pd

    return pd.CategoricalDtype(list(kind)) if isinstance(kind, tuple) else pd.api.types.pandas_dtype(kind)


def parse(text: str, kind: Kind) -> str | float | int | None:
    """Return the value that `text` denotes in a column of type `kind`; None for a missing number.

    Raises:
        ValueError: if `text` is not a value of that type.
    """
    if isinstance(kind, tuple) and text not in kind:
        raise ValueError(f"{text!r} is not one of {'; '.join(kind)}")
    if kind in {REAL, WHOLE}:
        if not text:
            return None
        return float(text) if kind == REAL else int(text)
    return text
