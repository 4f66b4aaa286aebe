"""Tables and figures of papers, as the plain values that plugins return. Nothing here imports numpy or torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REDUCED_GROUP = "Reduced"
"""Group of the rows of reduced networks."""


@dataclass(frozen=True)
class Row:
    """One method's place in a table, under the name the paper prints."""

    label: str
    method: str = ""
    """Name of a `MethodSpec`; empty: `why` says why it isn't measured."""
    model: str = ""
    """Name of a `ModelSpec` whose cost (params, mult-adds, runtime) is measured where there is no method."""
    reason: str = ""
    group: str = ""
    reference: bool = False
    """Not in the paper: appended for orientation."""
    scales: tuple[float, ...] = ()
    """The only ones at which it is measured; empty: the table's."""
    reduced: str = ""
    """Label of the paper's row whose question this one asks with a smaller network; never shown as that row."""

    @classmethod
    def as_reduced(cls, label: str, method: str, *, ending: str = ", reduced") -> Row:
        """Return the row of a reduced network that asks the question of the paper's row `label`.

        Args:
            label: label of the paper's row.
            method: name of the reduced network's method.
            ending: end of the new row's label.
        """
        return cls(label + ending, method=method, group=REDUCED_GROUP, reduced=label)


def with_reduced(rows: Iterable[Row], methods: Iterable[str] | None = None) -> tuple[Row, ...]:
    """Return the paper's rows, followed by the same rows with reduced networks.

    Args:
        rows: the paper's rows.
        methods: names of the reduced networks' methods, one per row; by default the rows' own plus ``-reduced``.
    """
    rows = tuple(rows)
    names = tuple(f"{row.method}-reduced" for row in rows) if methods is None else tuple(methods)
    return *rows, *(Row.as_reduced(row.label, name) for row, name in zip(rows, names, strict=True))


@dataclass(frozen=True)
class Column:
    """What is measured: one metric on one dataset at one scale. Costs have no dataset."""

    metric: str
    dataset: str = ""
    scale: float | None = None


def columns(
    metrics: str | Iterable[str],
    datasets: str | Iterable[str] = ("",),
    scales: float | Iterable[float | None] | None = (None,),
    *,
    order: Sequence[str] = ("dataset", "scale", "metric"),
) -> tuple[Column, ...]:
    """Return a column for every combination of metric, dataset and scale. A single value stands for itself.

    Args:
        metrics: names of metrics.
        datasets: names of datasets; an empty name for costs.
        scales: the scales; None for metrics that have no scale.
        order: the order of the loops, the outermost first, in the words of `Table.column_axes`.
    """
    values: dict[str, Iterable[Any]] = {
        "metric": (metrics,) if isinstance(metrics, str) else metrics,
        "dataset": (datasets,) if isinstance(datasets, str) else datasets,
        "scale": (scales,) if scales is None or isinstance(scales, (int, float)) else scales,
    }
    places = product(*(values[axis] for axis in order))
    return tuple(Column(**dict(zip(order, place, strict=True))) for place in places)


@dataclass(frozen=True)
class Claim:
    """What a paper says of two of a table's rows, or of their gains, to be answered by a paired test over images."""

    text: str
    better: str
    """Label of the row that should win."""
    worse: str
    column: Column
    better_over: tuple[str, ...] = ()
    """Labels of rows whose mean is taken off `better`'s values: it's what `better` gains over them that should win."""
    worse_over: tuple[str, ...] = ()
    """Likewise of `worse`."""


@dataclass(frozen=True)
class Table:
    """A table of a paper: rows x columns, the protocol, where the printed numbers are, and how it is laid out."""

    id: str
    title: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    published: str = ""
    """``"package:file.csv"`` with the columns table,row,dataset,scale,metric,value,std,rank,note."""
    protocol: str = "standard"
    row_axes: tuple[str, ...] = ("row",)
    column_axes: tuple[str, ...] = ("dataset", "scale", "metric")
    """Which of row, dataset, scale, metric run down and which across, as the paper prints it."""
    notes: tuple[str, ...] = ()
    incomparable: Mapping[str, str] = field(default_factory=dict)
    """Metric -> why its published values can't be compared with ours (e.g. the paper's weights are unknown)."""
    claims: tuple[Claim, ...] = ()
    """Answered below the table, by reduced rows where the paper's own aren't measured."""
