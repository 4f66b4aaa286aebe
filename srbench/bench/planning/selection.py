"""Selection of a table's rows and columns, and addition of columns that the paper does not have."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from srbench.data.datasets.derivation import derived_spec
from srbench.errors import UnknownName, UsageError
from srbench.specs.recipe import DEMO
from srbench.specs.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from srbench.catalog import Catalog

REFERENCE_ROWS = tuple(
    Row(method.capitalize(), method=method, group="Reference", reference=True)
    for method in ("nearest", "bilinear", "bicubic")
)
"""Rows that ``--reference`` appends."""


@dataclass(frozen=True)
class Selection:
    """Rows, datasets, scales and metrics to measure; an empty tuple selects all of the table's."""

    rows: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    metrics: tuple[str, ...] = ()
    reference: bool = False
    """True to append the rows nearest, bilinear and bicubic."""


def select(table: Table, selection: Selection, catalog: Catalog) -> Table:
    """Return `table` with the selected rows and columns.

    Datasets, scales and metrics that the paper does not use become columns without published values. Rows are never
    added, except the reference rows.

    Args:
        table: The table.
        selection: Rows and columns to select.
        catalog: The catalog in which metrics and datasets are looked up.

    Raises:
        UnknownName: if a row, dataset or metric does not exist.
        UsageError: if no scale is selected, and the table has none.
    """
    rows = _rows(table.rows, selection.rows)
    if selection.reference:
        methods = {row.method for row in rows}
        rows += tuple(row for row in REFERENCE_ROWS if row.method not in methods)
    metrics = tuple(catalog.metrics.get(name).name for name in selection.metrics)
    datasets = tuple(_dataset_name(name, catalog) for name in selection.datasets)
    return replace(table, rows=rows, columns=_columns(table, catalog, datasets, selection.scales, metrics))


def unnarrowed(table: Table, selection: Selection, catalog: Catalog) -> Table:
    """Return `table` with all its rows and columns, and the rows and columns that `selection` adds; errors as `select`.

    Args:
        table: The table.
        selection: Rows and columns to select.
        catalog: The catalog in which metrics and datasets are looked up.
    """
    selected = select(table, selection, catalog)
    return replace(
        table, rows=_distinct(table.rows + selected.rows), columns=_distinct(table.columns + selected.columns)
    )


def on_demo_data(table: Table, catalog: Catalog) -> Table:
    """Return `table` with its datasets replaced by the photographs that ship with srbench's dependencies."""
    columns = (
        replace(column, dataset=DEMO) if column.dataset or _about_images(column.metric, catalog) else column
        for column in table.columns
    )
    return replace(table, columns=tuple(dict.fromkeys(columns)))


def _rows(rows: tuple[Row, ...], labels: Sequence[str]) -> tuple[Row, ...]:
    by_label = {row.label.casefold(): row for row in rows}
    parts, selected = list(labels), []
    while parts:
        # labels may contain the comma that separates labels; the longest match is taken
        joined = [", ".join(parts[:count]).casefold() for count in range(len(parts), 0, -1)]
        label = next((candidate for candidate in joined if candidate in by_label), None)
        if label is None:
            raise UnknownName("row", parts[0], (row.label for row in rows))
        selected.append(by_label[label])
        del parts[: label.count(", ") + 1]
    return _distinct(selected) or rows


def _columns(
    table: Table,
    catalog: Catalog,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
) -> tuple[Column, ...]:
    """Return the table's selected columns in their order, then the new ones.

    New columns are all selected combinations in which the table does not use the metric, the dataset or the scale.

    Args:
        table: The table.
        catalog: Registered metrics.
        datasets: Selected datasets; empty: all of the table.
        scales: Selected scales; empty: all of the table.
        metrics: Selected metrics; empty: all of the table.

    Raises:
        UsageError: if no scale is selected, and the table has none.
    """
    own = table.columns
    own_metrics = {column.metric for column in own}
    own_datasets = {column.dataset for column in own}
    own_scales = {column.scale for column in own}
    metrics = metrics or _distinct(column.metric for column in own)
    datasets = datasets or _distinct(column.dataset for column in own if column.dataset)
    scales = scales or _distinct(column.scale for column in own if column.scale)
    if not scales:
        raise UsageError("no scale is selected; choose one with --scales")
    chosen_metrics, chosen_datasets, chosen_scales = set(metrics), set(datasets), set(scales)
    kept = [
        column
        for column in own
        if column.metric in chosen_metrics
        and (not column.dataset or column.dataset in chosen_datasets)
        and (not column.scale or column.scale in chosen_scales)
    ]
    new = [
        Column(metric, dataset if _about_images(metric, catalog) else "", scale)
        for dataset in datasets
        for scale in scales
        for metric in metrics
        if metric not in own_metrics or dataset not in own_datasets or scale not in own_scales
    ]
    return _distinct(kept + new)


def _about_images(metric: str, catalog: Catalog) -> bool:
    return metric not in catalog.metrics or catalog.metrics.get(metric).subject == "image"


def _dataset_name(name: str, catalog: Catalog) -> str:
    if Path(name).is_dir() or (name not in catalog.datasets and derived_spec(name, None)):
        return name
    return catalog.datasets.get(name).name


T = TypeVar("T")


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
