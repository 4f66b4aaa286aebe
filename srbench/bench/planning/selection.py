"""Selection of a table's rows and columns, and addition of columns that the paper does not have."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from srbench.bench.planning.name_lists import (
    choose,
    folder_key,
    folders_matching,
    is_folder,
    is_pattern,
    matching,
    metrics_matching,
)
from srbench.data.datasets.derivation import derived_spec
from srbench.errors import UnknownName, UsageError
from srbench.specs.recipe import DEMO
from srbench.specs.table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from srbench.catalog import Catalog

REFERENCE_ROWS = tuple(
    Row(method.capitalize(), method=method, group="Reference", reference=True)
    for method in ("nearest", "bilinear", "bicubic")
)
"""Rows that ``--reference`` appends."""


@dataclass(frozen=True)
class Selection:
    """Rows, datasets, scales and metrics to measure; an empty tuple selects all of the table's.

    Rows are labels, lists of labels separated by commas, or patterns (``PCARN*``); datasets and metrics are names or
    patterns.
    """

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
    if selection.reference and not any(row in REFERENCE_ROWS for row in rows):
        methods = {row.method for row in rows}
        taken = {row.label for row in table.rows if row.method}  # a table has one row of a label: the paper's
        rows += tuple(row for row in REFERENCE_ROWS if row.method not in methods and row.label not in taken)
    metrics = _metrics(table, selection.metrics, catalog)
    datasets = _datasets(table, selection.datasets, catalog)
    return replace(table, rows=rows, columns=_columns(table, catalog, datasets, selection.scales, metrics))


def unnarrowed(table: Table, selection: Selection, catalog: Catalog) -> Table:
    """Return `table` with all its rows and columns, and the rows and columns that `selection` adds; errors as `select`.

    Args:
        table: The table.
        selection: Rows and columns to select.
        catalog: The catalog in which metrics and datasets are looked up.
    """
    selected = select(table, selection, catalog)
    every_row = select(table, replace(selection, rows=()), catalog).rows
    return replace(
        table,
        rows=_distinct(table.rows + every_row + selected.rows),
        columns=_distinct(table.columns + selected.columns),
    )


def on_demo_data(table: Table, catalog: Catalog) -> Table:
    """Return `table` with its datasets replaced by the photographs that ship with srbench's dependencies."""
    columns = (
        replace(column, dataset=DEMO) if column.dataset or _about_images(column.metric, catalog) else column
        for column in table.columns
    )
    return replace(table, columns=tuple(dict.fromkeys(columns)))


def _rows(rows: tuple[Row, ...], labels: Sequence[str]) -> tuple[Row, ...]:
    """Return the rows with these labels; a reference row can be named although the table does not have it."""
    methods = {row.method for row in rows if row.reference}
    nameable = (*rows, *(row for row in REFERENCE_ROWS if row.method not in methods))
    by_label = {row.label: row for row in reversed(nameable)}
    return tuple(by_label[label] for label in choose("row", labels, (row.label for row in nameable))) or rows


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
    printed = table.columns
    table_metrics = {column.metric for column in printed}
    table_datasets = {column.dataset for column in printed}
    table_scales = {column.scale for column in printed}
    metrics = metrics or _distinct(column.metric for column in printed)
    datasets = datasets or _distinct(column.dataset for column in printed if column.dataset)
    # in the paper's order, whatever the order on the command line; names that the paper lacks come last
    metrics = _in_table_order(metrics, (column.metric for column in printed))
    datasets = _in_table_order(datasets, (column.dataset for column in printed))
    scales = tuple(sorted(set(scales))) or _distinct(column.scale for column in printed if column.scale)
    if not scales:
        raise UsageError("no scale is selected; choose one with --scales")
    chosen_metrics, chosen_datasets, chosen_scales = set(metrics), set(datasets), set(scales)
    kept = [
        column
        for column in printed
        if column.metric in chosen_metrics
        and (not column.dataset or column.dataset in chosen_datasets)
        and (not column.scale or column.scale in chosen_scales)
    ]
    new = [
        Column(metric, dataset if _about_images(metric, catalog) else "", scale)
        for dataset in datasets
        for scale in scales
        for metric in metrics
        if metric not in table_metrics or dataset not in table_datasets or scale not in table_scales
    ]
    columns = _distinct(kept + new)
    if not printed or chosen_scales <= table_scales:
        return columns
    order = _scale_order(printed, scales)
    return tuple(sorted(columns, key=lambda column: order(column.scale)))


def _in_table_order(names: Sequence[str], printed: Iterable[str]) -> tuple[str, ...]:
    """Return `names` in the order of `printed`, the names of the table; names that it lacks come last."""
    rank = {name: number for number, name in enumerate(_distinct(printed))}
    return tuple(sorted(names, key=lambda name: rank.get(name, len(rank))))


def _scale_order(printed: Sequence[Column], scales: tuple[float, ...]) -> Callable[[float | None], float]:
    """Return the sort key of scales: ascending, or descending if the table's are; columns without a scale go first.

    Args:
        printed: The table's columns.
        scales: Selected scales.
    """
    table_scales = _distinct(column.scale for column in printed if column.scale)
    descending = len(table_scales) > 1 and list(table_scales) == sorted(table_scales, reverse=True)
    rank = {scale: number for number, scale in enumerate(sorted(scales, reverse=descending))}
    return lambda scale: rank[scale] if scale else -1


def _about_images(metric: str, catalog: Catalog) -> bool:
    return metric not in catalog.metrics or catalog.metrics.get(metric).subject == "image"


def _metrics(table: Table, names: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Return the registered names of metrics; a pattern selects among the table's, if it matches none, among all."""
    printed = _distinct(column.metric for column in table.columns)
    result: list[str] = []
    for name in names:
        if is_pattern(name) and name not in catalog.metrics:
            result += matching(name, printed) or metrics_matching(name, (spec.name for spec in catalog.metrics))
        else:
            result.append(catalog.metrics.get(name).name)
    return _distinct(result)


def _datasets(table: Table, names: Sequence[str], catalog: Catalog) -> tuple[str, ...]:
    """Return the datasets of a table; a folder or dataset that is named twice is returned once.

    A pattern selects among the table's datasets; if it matches none, among all registered ones; if none, folders.
    """
    printed = _distinct(column.dataset for column in table.columns if column.dataset)
    registered = [spec.name for spec in catalog.datasets]
    result: dict[str, str] = {}
    for name in names:
        matches = [name]
        if name not in catalog.datasets and os.path.isfile(name):  # noqa: PTH113 - takes any text
            raise UsageError(f"{name}: a file; a dataset is a folder of images: name that")
        if is_pattern(name) and name not in catalog.datasets and not is_folder(name):
            matches = matching(name, printed) or matching(name, registered) or folders_matching(name)
            if not matches:
                raise UnknownName("dataset", name, registered)
        for match in matches:
            dataset = match if match in printed else _dataset_name(match, catalog)
            result.setdefault(dataset if dataset in catalog.datasets else folder_key(dataset), dataset)
    return tuple(result.values())


def _dataset_name(name: str, catalog: Catalog) -> str:
    """Return the registered name for a name or alias; folders and derived datasets stay as they are.

    Raises:
        UnknownName: if there is no such dataset or folder.
    """
    if name in catalog.datasets:
        return catalog.datasets.get(name).name
    if is_folder(name) or derived_spec(name, None):
        return name
    return catalog.datasets.get(name).name


T = TypeVar("T")


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
