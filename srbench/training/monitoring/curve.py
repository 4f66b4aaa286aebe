"""The learning curve of a training: kept in its checkpoints, as CSV, and for TensorBoard."""

from __future__ import annotations

import csv
import io
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from srbench.errors import StoreError
from srbench.escape import csv_field
from srbench.training.storage.checkpoint import CURVE, write_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator
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


@contextmanager
def named(folder: Path) -> Iterator[None]:
    """Raise TensorBoard's errors, which name no file, as `StoreError` with the folder's name."""
    try:
        yield
    except OSError as error:
        raise StoreError(f"{folder}: TensorBoard's events not written: {error.strerror or error}") from error
