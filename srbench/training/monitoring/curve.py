"""The learning curve of a training: kept in its checkpoints, as CSV, and for TensorBoard."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from srbench.errors import DataError, StoreError, Unavailable
from srbench.escape import csv_field, of_csv_field
from srbench.training.storage.checkpoint import write_bytes
from srbench.training.storage.names import CURVE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from srbench.records.training_step import TrainingStep


class Curve:
    """Learning curve with one row per report.

    `rows` are part of the checkpoint, so that after a resume the curve has neither gaps nor duplicates. All methods
    raise `StoreError` if a file cannot be written.
    """

    def __init__(self, folder: Path, rows: list[dict[str, Any]] | None = None) -> None:
        from torch.utils.tensorboard import SummaryWriter

        self.folder = folder
        self.rows = rows or []
        with named(folder):
            self._board = SummaryWriter(str(folder), purge_step=self.rows[-1]["step"] + 1 if self.rows else None)

    def add(self, state: TrainingStep) -> None:
        """Add a report."""
        row: dict[str, Any] = {"step": state.step, "learning_rate": state.learning_rate, **state.losses}
        if state.psnr is not None:
            row["psnr"] = state.psnr
        self.rows.append(row)
        with named(self.folder):
            for name, value in row.items():
                if name != "step":
                    self._board.add_scalar(f"{state.phase}/{name}", value, state.step)

    def write(self) -> None:
        """Write ``curve.csv``, and flush TensorBoard's events to the disk."""
        names = list(dict.fromkeys(name for row in self.rows for name in row))
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(map(csv_field, names))  # losses of plugins have any name
        writer.writerows([row.get(name, "") for name in names] for row in self.rows)
        write_bytes(self.folder / CURVE, text.getvalue().encode())
        with named(self.folder):
            self._board.flush()

    def close(self) -> None:
        """Close TensorBoard's file."""
        with named(self.folder):
            self._board.close()


def read_training_curve(folder: Path, columns: Sequence[str], training: str) -> list[dict[str, str]]:
    """Return the reports of a training from its ``curve.csv``: texts by column, empty where there is no value.

    Args:
        folder: Folder of the training.
        columns: Columns that the curve must have.
        training: Kind of training whose curve has them, for the message.

    Raises:
        Unavailable: if there is no curve, or if it has no report yet.
        DataError: if it is damaged, or lacks a column.
    """
    path = folder / CURVE
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            reader.fieldnames = [of_csv_field(name) for name in reader.fieldnames or ()]
            reports = list(reader)
    except FileNotFoundError:
        raise Unavailable(f"{path}: no such file; train it first (srbench train)") from None
    except (OSError, ValueError, csv.Error) as error:
        raise DataError(f"{path}: not a learning curve ({type(error).__name__})") from error
    missing = [name for name in columns if name not in reader.fieldnames]
    if reader.fieldnames and missing:  # without a heading, no report has been written yet
        raise DataError(f"{path}: no column {missing[0]!r}; expected {training}")
    if any(None in report or None in report.values() for report in reports):
        raise DataError(f"{path}: a line has more or fewer fields than the heading")
    if not reports:
        raise Unavailable(f"{path}: no report yet; train it first (srbench train)")
    return reports


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Raise TensorBoard's errors, which name no file, as `StoreError` with the folder's name."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{folder}: TensorBoard's events not written: {error.strerror or error}") from error
