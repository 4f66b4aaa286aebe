"""The tables of several output folders, printed again from merged records; nothing is measured."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import REFERENCE_ROWS, Selection, on_demo_data, unnarrowed
from srbench.bench.results.cells_file import SUFFIX, table_files
from srbench.bench.results.gather import gather
from srbench.bench.results.run_options import PAPER, parse_options_label
from srbench.comparison.table_cells import TableCell, read_table
from srbench.errors import SrbenchError
from srbench.render.table_files import write_files
from srbench.render.table_names import table_name
from srbench.specs.recipe import DEMO
from srbench.specs.table import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.merging.records import Source
    from srbench.records.store import Store


@dataclass(frozen=True)
class WantedTable:
    """A table that some source holds, with the cells that are measured there."""

    plugin: str
    table: str
    options: str
    """Options of the run that printed it (`options_label`)."""
    suffix: str
    """Part ``with-...`` of the file's name, for rows and columns that the paper lacks; empty: the paper's table."""
    cells: dict[tuple[str, Column], TableCell] = field(default_factory=dict)
    """Cells by row label and column; a measured cell where any source has one."""


@dataclass(frozen=True)
class PrintedTable:
    """A table that was printed again, or the reason why it was not."""

    wanted: WantedTable
    name: str = ""
    """Name of its files without suffix; empty: it was not printed."""
    measured: int = 0
    """Number of cells with a measured value."""
    cells: int = 0
    """Number of all cells."""
    lost: tuple[tuple[str, Column], ...] = ()
    """Cells that are measured in a source's table, and have no record."""
    problem: str = ""
    """Reason why it was not printed; empty: it was."""


@dataclass(frozen=True)
class WantedTables:
    """The tables of all sources, as far as their files can be read."""

    tables: tuple[WantedTable, ...]
    damaged: tuple[str, ...]
    """Fault of each file that can't be read."""
    unread: tuple[str, ...]
    """Files, as in ``pcarn/table-2``, that can't be read in any of the sources that have them."""


def wanted_tables(sources: Iterable[Source]) -> WantedTables:
    """Return the tables of all sources."""
    wanted: dict[tuple[str, str, str, str], WantedTable] = {}
    damaged: list[str] = []
    readable: dict[str, bool] = {}
    for source in sources:
        for path in table_files(source.folder):
            try:
                cells = list(read_table(path, f"{source.name}/{path.relative_to(source.folder)}"))
            except SrbenchError as error:
                damaged.append(str(error))
                readable.setdefault(_file(source, path), False)
                continue
            readable[_file(source, path)] = True
            for cell in cells:
                key = (cell.place.plugin, cell.place.table, _options(cell), _suffix(cell.place.name))
                table = wanted.setdefault(key, WantedTable(*key))
                place = (cell.place.row, Column(cell.place.metric, cell.place.dataset, cell.place.scale or None))
                if place not in table.cells or table.cells[place].measured is None:
                    table.cells[place] = cell
    unread = tuple(name for name, is_readable in readable.items() if not is_readable)
    return WantedTables(tuple(wanted.values()), tuple(damaged), unread)


def _file(source: Source, path: Path) -> str:
    return path.relative_to(source.folder).as_posix().removesuffix(SUFFIX)


def _options(cell: TableCell) -> str:
    """Return the options of a cell's table; tables of older versions name only the profile."""
    return cell.options or cell.profile or PAPER


def _suffix(name: str) -> str:
    """Return the part of a table's name that is about added rows and columns."""
    _, marker, added = name.partition("with-")
    return marker + added


def print_tables(
    wanted: Iterable[WantedTable], catalog: Catalog, roots: Sequence[Path], store: Store
) -> list[PrintedTable]:
    """Write the files of tables, filled from the records of `store`, and return what became of each table.

    Among tables of one number with different options, the one with most measured cells gets the plain name.

    Args:
        wanted: The tables.
        catalog: The catalog.
        roots: Folders with data and weights, for the remarks beside the numbers; none is required.
        store: The merged records; the files lie beside them.
    """
    filled: list[tuple[WantedTable, Table, Result]] = []
    printed = []
    for table in wanted:
        try:
            paper_table, result = _filled(table, catalog, roots, store)
        except SrbenchError as error:  # a plugin that is not installed, a row that it no longer has
            printed.append(PrintedTable(table, problem=str(error)))
            continue
        filled.append((table, paper_table, result))

    def order(entry: tuple[WantedTable, Table, Result]) -> tuple[str, str, str, int, str]:
        table, _, result = entry
        return table.plugin, table.table, table.suffix, -len(result.measured), table.options

    for table, paper_table, result in sorted(filled, key=order):
        lost = _lost(table, result)
        if not result.measured:
            printed.append(PrintedTable(table, cells=len(result.entries), lost=lost, problem="no record fills a cell"))
            continue
        name = table_name(result, paper_table, store.root)
        write_files(result, store.root, [spec for spec in catalog.renderers if spec.automatic], name)
        printed.append(PrintedTable(table, name, len(result.measured), len(result.entries), lost))
    return printed


def _filled(wanted: WantedTable, catalog: Catalog, roots: Sequence[Path], store: Store) -> tuple[Table, Result]:
    """Return the paper's table, and the wanted one filled from records."""
    plugin = catalog.plugin(wanted.plugin)
    options = parse_options_label(wanted.options)
    table = plugin.table(wanted.table)
    demo = options.profile == DEMO
    paper_table = unnarrowed(on_demo_data(table, catalog) if demo else table, Selection(reference=demo), catalog)
    added = {row for row, _ in wanted.cells} - {row.label for row in paper_table.rows}
    rows = (*paper_table.rows, *(row for row in REFERENCE_ROWS if row.label in added))
    columns = tuple(dict.fromkeys((*paper_table.columns, *(column for _, column in wanted.cells))))
    whole = replace(paper_table, rows=rows, columns=columns)

    def fill(data_roots: Sequence[Path]) -> Result:
        plan = make_plan(catalog, plugin, whole, Selection(), options, data_roots, store, keep=True, measures=False)
        return gather(plan, plan.cached)

    result = fill(roots)
    if roots and _lost(wanted, result):
        # other data at hand than those of a record hide it, as srbench run would measure the cell again
        without_data = {(entry.row, entry.column): entry for entry in fill(()).entries}
        entries = tuple(
            entry if entry.measured is not None else without_data[entry.row, entry.column] for entry in result.entries
        )
        result = replace(result, entries=entries)
    return paper_table, result


def _lost(wanted: WantedTable, result: Result) -> tuple[tuple[str, Column], ...]:
    """Return the places of the cells that a source's table has measured, and `result` has not."""
    filled = {(entry.row.label, entry.column) for entry in result.measured}
    return tuple(place for place, cell in wanted.cells.items() if cell.measured is not None and place not in filled)
