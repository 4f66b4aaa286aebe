"""Tables and figures of papers, as the plain values that plugins return. Nothing here imports numpy or torch."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

REDUCED_GROUP = "Reduced"
"""Group of the rows of reduced networks."""


@dataclass(frozen=True)
class Rule:
    """The rule by which the printed numbers of a row were measured, where it is not the table's protocol."""

    protocol: str
    """Name of the `Protocol`."""
    evidence: str
    """Evidence for the rule in a sentence, such as the authors' test code; printed below the table."""
    inferred: bool = False
    """Whether only its fit to the printed numbers speaks for the rule. The verdict then says so, and the numbers under
    `others` are printed beside it."""
    others: tuple[str, ...] = ()
    """Names of the protocols that were just as plausible."""


@dataclass(frozen=True)
class Row:
    """A row of a table: a method, under the name that the paper prints."""

    label: str
    """Name that the paper prints."""
    method: str = ""
    """Name of the `MethodSpec`; empty: not measured, for `reason`."""
    model: str = ""
    """Name of the `ModelSpec` whose cost (params, mult-adds, runtime) is measured where there is no method."""
    reason: str = ""
    """Reason why the row is not measured."""
    group: str = ""
    """Group of rows, set apart by a rule where it changes."""
    reference: bool = False
    """Whether the row is added for orientation and not in the paper."""
    scales: tuple[float, ...] = ()
    """Scales at which the row is measured; empty: those of the table."""
    rule: Rule | None = None
    """Rule by which the paper's numbers of this row were measured; None: the table's protocol."""
    reduced: str = ""
    """Label of the paper's row that this one stands for with a smaller network; it is never shown as that row."""
    compared_as: str = ""
    """Name under which the row's printed numbers are compared with those of other rows and papers (``srbench show
    --dataset ...``): rows of one name state the same facts. Empty: `method`. Set it where two methods are one thing in
    print, or where two rows of one method are not."""
    grey: Literal["", "keep"] = ""
    """Rule for grey images in place of the protocol's (`Protocol.grey`): ``keep`` for a row of interpolation that the
    paper took from MATLAB code, in which grey images stay grey; empty: the protocol's."""

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
    """A column of a table: a metric on a dataset at a scale. Costs have no dataset."""

    metric: str
    dataset: str = ""
    scale: float | None = None

    @property
    def place(self) -> str:
        """Dataset and scale in words: ``Set5 x4``; empty for a cost."""
        return " ".join(filter(None, (self.dataset, f"x{self.scale:g}" if self.scale else "")))


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
    """A claim about two rows of a table, or about their gains, tested by a paired test over images."""

    text: str
    """Claim in words."""
    better: str
    """Label of the row that should be better."""
    worse: str
    """Label of the row that should be worse."""
    column: Column
    better_over: tuple[str, ...] = ()
    """Labels of rows whose mean is subtracted from the values of `better`, so that its gain over them is compared."""
    worse_over: tuple[str, ...] = ()
    """Labels of rows whose mean is subtracted from the values of `worse`."""
    asked_by: Literal["paper", "srbench"] = "paper"
    """Whose claim it is: ``paper`` if its text or its print says so; ``srbench`` for a question of the plugin's author,
    which is answered under a heading of its own."""


@dataclass(frozen=True)
class Table:
    """A table of a paper: its rows, columns, protocol, published values and layout."""

    id: str
    """Identifier of the table within its plugin, used in commands."""
    title: str
    rows: tuple[Row, ...]
    columns: tuple[Column, ...]
    published: str = ""
    """``"package:file.csv"`` of the published values, with the columns
    table,row,dataset,scale,metric,value,std,rank,note."""
    protocol: str = "standard"
    """Name of the `Protocol` that the cells are measured under."""
    row_axes: tuple[str, ...] = ("row",)
    column_axes: tuple[str, ...] = ("dataset", "scale", "metric")
    """Dimensions (row, dataset, scale, metric) printed down the side (`row_axes`) and across the top, as in the
    paper."""
    notes: tuple[str, ...] = ()
    """Notes printed below the table."""
    incomparable: Mapping[str, str] = field(default_factory=dict)
    """Reason by metric why published values cannot be compared with ours (e.g. the paper's weights are unknown)."""
    printed_on: Mapping[str, str] = field(default_factory=dict)
    """Device by metric that the paper measured times and memory on, such as ``{"runtime_ms": "TITAN RTX"}``. Numbers of
    other devices are not judged; without an entry, those of any device."""
    claims: tuple[Claim, ...] = ()
    """Claims to test, answered below the table; reduced rows are used where the paper's rows are not measured."""
