"""Data frames written to files: CSV, Parquet and SQLite."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from srbench.errors import StoreError, Unavailable, one_line
from srbench.escape import csv_field
from srbench.storage.atomic import atomic_write

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pandas as pd


def write_frame(frame: pd.DataFrame, path: Path, form: str, name: str) -> None:
    """Write a data frame to `path`.

    A CSV or Parquet file is replaced. In an SQLite database the table `name` is replaced, and other tables stay, so
    that results, images and printed numbers can share a file.

    Args:
        frame: Data frame to write.
        path: The file.
        form: A key of `FORMATS`.
        name: Name of the table in an SQLite database.

    Raises:
        StoreError: if the file cannot be written.
        Unavailable: if a package for the format is missing.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        FORMATS[form](frame, path, name)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: can't be written ({one_line(error)}); use another --out") from error


def _write_csv(frame: pd.DataFrame, path: Path, name: str) -> None:
    del name
    with atomic_write(path) as temporary:
        texts: list[str] = list(frame.select_dtypes("string").columns)
        safe = frame.assign(**{name: frame[name].map(csv_field) for name in texts})
        safe.to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def _write_parquet(frame: pd.DataFrame, path: Path, name: str) -> None:
    del name
    try:
        import pyarrow as pa  # noqa: F401 - pandas would try another package, and its message would name both
    except ImportError as error:
        raise Unavailable(
            f"format parquet: pyarrow is not available ({error}); pip install 'srbench[export]' or use another --format"
        ) from error
    with atomic_write(path) as temporary:
        frame.to_parquet(temporary, engine="pyarrow", index=False)


def _write_sqlite(frame: pd.DataFrame, path: Path, name: str) -> None:
    with closing(sqlite3.connect(path)) as database, database:
        frame.to_sql(name, database, if_exists="replace", index=False)


FORMATS: dict[str, Callable[[pd.DataFrame, Path, str], None]] = {
    "csv": _write_csv,
    "parquet": _write_parquet,
    "sqlite": _write_sqlite,
}
"""Functions that write a format, by the name of the format, which is also the end of the file's name."""
