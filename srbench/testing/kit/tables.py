"""Checks of a plugin's tables and figures, of the names in its specs, and of its printed numbers."""

from __future__ import annotations

from functools import partial
from statistics import fmean
from typing import TYPE_CHECKING

from srbench.errors import SrbenchError, one_line
from srbench.published import printed_tables, published_table
from srbench.testing.check import Problem, Skipped, check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from srbench.catalog import Catalog
    from srbench.specs.table import Claim, Column, Table
    from srbench.testing.checked import Checked


@check(
    "references",
    "every name that a spec mentions is registered",
    "correct the name, or depend on the plugin that registers it",
)
def references(plugin: Checked) -> Iterator[Problem]:
    """Yield the names that are not registered."""
    catalog, data = plugin.catalog, partial(_check_dataset, plugin.catalog)
    lookups: list[tuple[str, Callable[[str], object], str]] = []
    for method in plugin.methods:
        item = f"method {method.name}"
        lookups += [(item, catalog.models.get, name) for name in (method.model, method.training_model)]
        lookups += [(item, catalog.weights.get, name) for name in method.weights_names]
        lookups += [(item, catalog.recipes.get, name) for name in method.recipe_names]
        lookups += [(item, catalog.methods.get, name) for name in (*method.member_names, method.blend_with)]
        lookups += [(item, catalog.images.get, method.images)]
    for recipe in plugin.recipes:
        lookups += [(f"recipe {recipe.name}", catalog.models.get, recipe.model)]
        losses = dict.fromkeys(term.loss for phase in recipe.phases for term in phase.losses)
        lookups += [(f"recipe {recipe.name}", catalog.losses.get, name) for name in losses]
        images = [*recipe.data, *recipe.validation]
        for cut in recipe.cuts.values():
            images += [*cut.data, *cut.validation]
        lookups += [(f"recipe {recipe.name}", data, name) for name in dict.fromkeys(images)]
    for item, table in plugin.tables:
        lookups += [(item, data, column.dataset) for column in table.columns]
        lookups += [(item, catalog.protocols.get, table.protocol)]
        lookups += [(item, catalog.methods.get, row.method) for row in table.rows]
        lookups += [(item, catalog.models.get, row.model) for row in table.rows]
        lookups += [(item, catalog.protocols.get, row.rule.protocol) for row in table.rows if row.rule]
        lookups += [(item, catalog.metrics.get, column.metric) for column in table.columns]
    for item, get, name in dict.fromkeys(lookups):
        if name:
            try:
                get(name)
            except SrbenchError as error:
                yield Problem(item, one_line(error))


def _check_dataset(catalog: Catalog, name: str) -> None:
    """Check that a dataset, or the dataset of a part such as ``Set5#test``, is registered or is a folder at hand.

    Raises:
        UnknownName: if it is neither.
    """
    from srbench.data.datasets.finder import DatasetFinder
    from srbench.storage.roots import data_roots

    registered = name.partition("#")[0].partition("/")[0]
    if registered not in catalog.datasets and not DatasetFinder(data_roots([]), catalog.datasets).find(name):
        catalog.datasets.get(registered)


@check(
    "rows",
    "every row has a method, a model whose cost is measured, or the reason why it is not measured",
    "name the row's `method`, or write its `reason`; of a reduced row, the label of the paper's row as `reduced`",
)
def rows(plugin: Checked) -> Iterator[Problem]:
    """Yield the rows with neither or both of method and reason, and reduced rows that stand for no row of the paper."""
    tables = _tables(plugin)
    paper_labels = {row.label for _, table in tables for row in table.rows if not row.reduced}
    for table_item, table in tables:
        methods = {row.label: row.method for row in table.rows if not row.reduced}
        for row in table.rows:
            item = f"{table_item}, row {row.label}"
            if not (row.method or row.model or row.reason):
                yield Problem(item, "has neither a method nor a reason")
            elif row.method and row.reason:
                yield Problem(item, f"has a method, and a reason why it is not measured: {row.reason}")
            if row.reduced and row.reduced not in paper_labels:
                yield Problem(item, f"is a reduced {row.reduced!r}, which is no row of the paper's")
            elif row.reduced and row.method and row.method == methods.get(row.reduced):
                yield Problem(item, f"is a reduced row with the method of the paper's row, {row.method}")


@check(
    "printed-places",
    "every printed number stands in a row and a column of its table",
    "correct table, row, dataset, scale or metric in the CSV file, or add the row or column",
)
def printed_places(plugin: Checked) -> Iterator[Problem]:
    """Yield the printed numbers that no table shows."""
    ids_by_source: dict[str, set[str]] = {}
    for item, table in _tables(plugin):
        if not table.published:
            continue
        ids_by_source.setdefault(table.published, set()).add(table.id)
        values = published_table(table.published, table.id).values
        if not values:
            yield Problem(item, f"{table.published} has no number of it")
        for label, column in values:
            if text := _misplaced(table, label, column):
                yield Problem(f"{item}, row {label}, {_words(column)}", text)
    for source, ids in ids_by_source.items():
        for table_id in printed_tables(source):
            if table_id not in ids:
                yield Problem(f"table {table_id}", f"{source} has numbers of it, and the plugin has no such table")


def _misplaced(table: Table, label: str, column: Column) -> str:
    """Return why a printed number has no place in the table; empty if it has one."""
    row = next((row for row in table.rows if row.label == label and not row.reduced and not row.reference), None)
    if row is None:
        return "the table has no such row of the paper's"
    if column not in table.columns:
        return "the table has no such column"
    if column.scale and row.scales and column.scale not in row.scales:
        return "the row has no such scale among its `scales`"
    return ""


@check(
    "claims",
    "what the paper claims holds among its printed numbers",
    'correct the claim, or mark it as a question of yours: asked_by="srbench"',
)
def claims(plugin: Checked) -> Iterator[Problem]:
    """Yield the claims of papers that their own numbers contradict."""
    by_table = [(item, table, claim) for item, table in plugin.tables for claim in table.claims]
    if not by_table:
        raise Skipped("no claims")
    for item, table, claim in by_table:
        labels = {name for row in table.rows for name in (row.label, row.reduced)}
        for label in (claim.better, claim.worse, *claim.better_over, *claim.worse_over):
            if label not in labels:
                yield Problem(f"{item}: {claim.text}", f"there is no row {label!r}")
        if claim.column not in table.columns:
            yield Problem(f"{item}: {claim.text}", f"there is no column {_words(claim.column)}")
        if not claim.column.dataset:
            yield Problem(f"{item}: {claim.text}", f"claims are tested over images, and {claim.column.metric} has none")
        better = _printed(table, claim.better, claim.better_over, claim)
        worse = _printed(table, claim.worse, claim.worse_over, claim)
        if claim.asked_by != "paper" or better is None or worse is None:
            continue
        higher = plugin.catalog.metrics.get(claim.column.metric).better == "higher"
        if better < worse - 1e-9 if higher else better > worse + 1e-9:
            yield Problem(f"{item}: {claim.text}", f"print has {better:g} for the better and {worse:g} for the worse")


def _printed(table: Table, label: str, over: Sequence[str], claim: Claim) -> float | None:
    """Return the printed value of a row minus the mean of the rows `over`; None if a value is not printed."""
    if not table.published:
        return None
    printed = published_table(table.published, table.id)
    values = [printed.get(name, claim.column) for name in (label, *over)]
    numbers = [value.value for value in values if value is not None]
    if len(numbers) < len(values):
        return None
    return numbers[0] - (fmean(numbers[1:]) if over else 0.0)


def _tables(plugin: Checked) -> list[tuple[str, Table]]:
    """Return the plugin's tables with their names for messages.

    Raises:
        Skipped: if it has none.
    """
    tables = list(plugin.tables)
    if not tables:
        raise Skipped("no tables")
    return tables


def _words(column: Column) -> str:
    scale = "" if column.scale is None else f"x{column.scale:g}"
    return " ".join(filter(None, (column.metric, column.dataset, scale)))
