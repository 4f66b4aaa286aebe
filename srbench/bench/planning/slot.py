"""Slots of a table: the cells that fill one, or the reason why it stays empty."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from srbench.bench.resolve.dataset_copy import DatasetCopy
    from srbench.errors import Lack
    from srbench.inference.method import ResolvedMethod
    from srbench.published import Published
    from srbench.records.cell import Cell
    from srbench.specs.metric import MetricSpec
    from srbench.specs.protocol import Protocol
    from srbench.specs.table import Column, Row


@dataclass(frozen=True)
class Alternative:
    """A measurement of a slot by another rule or convention, whose number stands beside the slot's own."""

    name: str
    """Name of the protocol of another rule, or of the metric of another convention."""
    cell: Cell
    convention: bool = False
    """True for another convention of counting, which can explain a published number."""


@dataclass(frozen=True)
class TableSlot:
    """One slot of a table, with the cells that fill it, or the reason why it stays empty."""

    row: Row
    column: Column
    metric: MetricSpec | None
    published: Published | None
    protocol: Protocol
    """Protocol of the measurement: that of the row's rule, of the table, or the user's."""
    own_protocol: bool = True
    """True if `protocol` measures in the same way as the paper did for this row."""
    cells: tuple[Cell, ...] = ()
    """Cells that fill the slot: one, or one for each seed of a method that is trained here."""
    reason: str = ""
    """Reason why the slot stays empty; empty if it has cells."""
    lacks: tuple[Lack, ...] = ()
    """Things that are missing to fill the slot; none for an empty slot that nothing can fill."""
    method: ResolvedMethod | None = None
    """Method of the first cell."""
    data_remarks: tuple[str, ...] = ()
    """Remarks on the dataset's files and folders: those that are left out, and unusual LR folders."""
    copy: DatasetCopy | None = None
    """Comparison of the dataset with its known copy."""
    kept: str = ""
    """Remark that the cells are records of an earlier run, and what is no longer at hand; empty if everything is."""
    alternatives: tuple[Alternative, ...] = ()
    """Measurements by other rules or conventions; empty for values that are not published."""

    @property
    def wanted_cells(self) -> tuple[Cell, ...]:
        """All cells to measure for this slot, those of `alternatives` last."""
        return *self.cells, *(alternative.cell for alternative in self.alternatives)

    @property
    def cell(self) -> Cell | None:
        """The first of `cells`; None if there are none."""
        return self.cells[0] if self.cells else None
