"""Narrowing a table to what was asked for, and widening it by what the paper did not print."""

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


@dataclass(frozen=True)
class Selection:
    """What of a table is wanted; an empty tuple means all."""

    rows: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    metrics: tuple[str, ...] = ()
    reference: bool = False
    """Append nearest, bilinear and bicubic."""


def select(table: Table, wanted: Selection, catalog: Catalog) -> Table:
    """`table` with the wanted rows and columns.

    Datasets, scales and metrics that the paper did not use become columns without published values; a row must exist.
    Raises `UnknownName`, `UsageError`.
    """
    rows = _rows(table.rows, wanted.rows)
    if wanted.reference:
        rows += tuple(row for row in REFERENCE_ROWS if row.method not in {one.method for one in rows})
    metrics = tuple(catalog.metrics.get(name).name for name in wanted.metrics)
    datasets = tuple(_dataset_name(name, catalog) for name in wanted.datasets)
    return replace(table, rows=rows, columns=_columns(table, catalog, datasets, wanted.scales, metrics))


def on_demo_data(table: Table, catalog: Catalog) -> Table:
    """`table` with its datasets replaced by the photographs that ship with srbench's dependencies."""
    columns = (
        replace(column, dataset=DEMO) if column.dataset or _about_images(column.metric, catalog) else column
        for column in table.columns
    )
    return replace(table, columns=tuple(dict.fromkeys(columns)))


def _rows(rows: tuple[Row, ...], wanted: Sequence[str]) -> tuple[Row, ...]:
    by_label = {row.label.casefold(): row for row in rows}
    parts, found = list(wanted), []
    while parts:
        # a label may have the comma in it that separates labels: the longest that is a row is meant
        joined = [", ".join(parts[:count]).casefold() for count in range(len(parts), 0, -1)]
        label = next((one for one in joined if one in by_label), None)
        if label is None:
            raise UnknownName("row", parts[0], (row.label for row in rows))
        found.append(by_label[label])
        del parts[: label.count(", ") + 1]
    return _distinct(found) or rows


def _columns(
    table: Table,
    catalog: Catalog,
    datasets: tuple[str, ...],
    scales: tuple[float, ...],
    metrics: tuple[str, ...],
) -> tuple[Column, ...]:
    """The table's own columns in their order, then every combination with a part that the paper did not use."""
    own = table.columns
    own_metrics = {column.metric for column in own}
    own_datasets = {column.dataset for column in own}
    own_scales = {column.scale for column in own}
    metrics = metrics or _distinct(column.metric for column in own)
    datasets = datasets or _distinct(column.dataset for column in own if column.dataset)
    scales = scales or _distinct(column.scale for column in own if column.scale)
    if not scales:
        raise UsageError("no scale: choose with --scales")
    kept = [
        column
        for column in own
        if column.metric in metrics
        and (not column.dataset or column.dataset in datasets)
        and (not column.scale or column.scale in scales)
    ]
    new = [
        Column(metric, dataset if _about_images(metric, catalog) else "", scale)
        for dataset in datasets
        for scale in scales
        for metric in metrics
        if metric not in own_metrics or dataset not in own_datasets or scale not in own_scales
    ]
    return _distinct(kept + [column for column in new if column not in kept])


def _about_images(metric: str, catalog: Catalog) -> bool:
    return metric not in catalog.metrics or catalog.metrics.get(metric).subject == "image"


def _dataset_name(name: str, catalog: Catalog) -> str:
    if Path(name).is_dir() or (name not in catalog.datasets and derived_spec(name, None)):
        return name
    return catalog.datasets.get(name).name


T = TypeVar("T")


def _distinct(values: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(values))
