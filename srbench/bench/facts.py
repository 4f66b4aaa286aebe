"""Facts that papers print: the numbers of all papers for one method, dataset, scale and metric.

Rows of several tables state the same fact if they have the same method, or the same `Row.compared_as`. Names are never
matched by likeness.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING

from srbench.bench.planning.name_lists import choose
from srbench.bench.results.cells_file import MeasuredCell, read_cells
from srbench.errors import UnknownName
from srbench.published import LETTERS, published_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from srbench.catalog import Catalog
    from srbench.published import Published
    from srbench.specs.table import Column, Row

PRINTED_WHERE = "in the papers' tables"


@dataclass(frozen=True)
class PrintedFact:
    """A number that a paper prints for a fact."""

    plugin: str
    table: str
    row: Row
    published: Published

    def agrees(self, other: PrintedFact) -> bool:
        """Return whether both numbers can be roundings of one value: ``33.71`` and ``33.707``, not 33.66 and 33.67."""
        unit, other_unit = self.published.unit, other.published.unit
        coarser = max(unit, other_unit)
        # numbers with a unit letter are rounded by some papers and truncated by others
        truncated = unit != other_unit and all(number.published.printed[-1] in LETTERS for number in (self, other))
        allowed = coarser * (1 if truncated else 0.5) + 1e-6 * coarser
        return abs(self.published.value - other.published.value) <= allowed


@dataclass(frozen=True)
class Fact:
    """Printed and measured values of a method on a dataset at a scale in a metric."""

    subject: str
    """Name that joins the rows: `Row.compared_as`, else the method, else plugin and label of the row."""
    column: Column
    printed: tuple[PrintedFact, ...]
    """Numbers in print, in the order of plugins and tables."""
    measured: tuple[MeasuredCell, ...] = ()
    """Values measured here, of all tables that have such a row."""

    @property
    def labels(self) -> tuple[str, ...]:
        """Names that the papers print for the method."""
        return tuple(dict.fromkeys(number.row.label for number in self.printed))

    @property
    def contradictions(self) -> tuple[tuple[PrintedFact, PrintedFact], ...]:
        """Pairs of printed numbers that cannot both be right."""
        return tuple((one, other) for one, other in combinations(self.printed, 2) if not one.agrees(other))

    def disputed(self, number: PrintedFact) -> bool:
        """Return whether another paper or table contradicts `number`."""
        return any(number in pair for pair in self.contradictions)


@dataclass(frozen=True)
class FactFilter:
    """Facts to show; an empty tuple selects all. Names are registered ones or aliases, in any case."""

    methods: tuple[str, ...] = ()
    """Labels of rows, or names of methods; each text may be a list, or a pattern (``VDSR*``)."""
    datasets: tuple[str, ...] = ()
    scales: tuple[float, ...] = ()
    metrics: tuple[str, ...] = ()
    plugin: str = ""
    """Plugin of the paper that must print the fact; other papers' numbers stay beside its own. Empty: any paper."""
    table: str = ""
    """Table of `plugin` that must print the fact; empty: any table."""


@dataclass
class _Gathered:
    """Names, printed and measured numbers of one subject, while they are gathered."""

    names: dict[str, str] = field(default_factory=dict)
    """Labels and method names of its rows by their casefolded form."""
    printed: dict[Column, list[PrintedFact]] = field(default_factory=dict)
    measured: dict[Column, list[MeasuredCell]] = field(default_factory=dict)


def subject_of(plugin: str, row: Row) -> str:
    """Return the name under which the numbers of `row` are compared with those of other rows."""
    return row.compared_as or row.method or f"{plugin}: {row.label}"


def gather_facts(catalog: Catalog, fact_filter: FactFilter, results: Path) -> list[Fact]:
    """Return the facts that pass the filter and that at least one paper prints, method by method.

    Args:
        catalog: The catalog with the papers' tables.
        fact_filter: Filter of the facts to return.
        results: Output folder of earlier runs, whose tables give the measured values.

    Raises:
        UnknownName: if no paper prints a method, dataset, scale or metric of that name.
        StoreError: if a measured table cannot be read.
    """
    subjects = _subjects(catalog, results)
    columns = [column for subject in subjects.values() for column in subject.printed]
    fits = _column_filter(catalog, fact_filter, columns)
    facts = (
        Fact(name, column, tuple(printed), tuple(subjects[name].measured.get(column, ())))
        for name in _chosen_subjects(subjects, fact_filter.methods)
        for column, printed in subjects[name].printed.items()
        if fits(column)
    )
    return [fact for fact in facts if any(_is_of_paper(number, fact_filter) for number in fact.printed)]


def _is_of_paper(number: PrintedFact, fact_filter: FactFilter) -> bool:
    return fact_filter.plugin in {"", number.plugin} and fact_filter.table in {"", number.table}


def _subjects(catalog: Catalog, results: Path) -> dict[str, _Gathered]:
    """Return what is printed and measured by subject, for the subjects of which anything is printed."""
    subjects: dict[str, _Gathered] = {}
    for plugin in catalog.plugins.values():
        for table in plugin.tables.values():
            published = published_table(table.published, table.id).values if table.published else {}
            measured = read_cells(results, plugin.name, table.id)
            for row in table.rows:
                gathered = subjects.setdefault(subject_of(plugin.name, row), _Gathered())
                names = (row.label, row.method, row.compared_as)
                gathered.names = {name.casefold(): name for name in reversed(names) if name} | gathered.names
                for column in table.columns:
                    if value := published.get((row.label, column)):
                        number = PrintedFact(plugin.name, table.id, row, value)
                        gathered.printed.setdefault(column, []).append(number)
                    if cell := measured.get((row.label, column)):
                        gathered.measured.setdefault(column, []).append(cell)
    return {name: gathered for name, gathered in subjects.items() if gathered.printed}


def _chosen_subjects(subjects: dict[str, _Gathered], methods: Sequence[str]) -> list[str]:
    """Return the subjects that have one of the names or patterns `methods`; all if there are none."""
    known: dict[str, str] = {}
    for gathered in subjects.values():
        for folded_name, name in gathered.names.items():
            known.setdefault(folded_name, name)
    folded = {method.casefold() for method in choose("method", methods, known.values(), PRINTED_WHERE)}
    return [name for name, gathered in subjects.items() if not methods or folded & gathered.names.keys()]


def _column_filter(catalog: Catalog, fact_filter: FactFilter, columns: Iterable[Column]) -> Callable[[Column], bool]:
    """Return the function that tells whether a column passes the filter.

    Raises:
        UnknownName: if no paper prints a number for a dataset, scale or metric of that name.
    """
    columns = list(columns)

    def names(kind: str, requested: Sequence[str], printed: set[str]) -> set[str]:
        registry = catalog.datasets if kind == "dataset" else catalog.metrics
        without_aliases = [registry.get(name).name if name in registry else name for name in requested]
        return set(choose(kind, without_aliases, printed, PRINTED_WHERE))

    datasets = names("dataset", fact_filter.datasets, {column.dataset for column in columns if column.dataset})
    metrics = names("metric", fact_filter.metrics, {column.metric for column in columns})
    scales = {column.scale for column in columns if column.scale}
    for scale in fact_filter.scales:
        if scale not in scales:
            raise UnknownName("scale", f"x{scale:g}", {f"x{known:g}" for known in scales}, PRINTED_WHERE)
    return lambda column: (
        (not datasets or column.dataset in datasets)
        and (not metrics or column.metric in metrics)
        and (not fact_filter.scales or column.scale in fact_filter.scales)
    )
