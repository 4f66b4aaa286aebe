"""Files of a table: always the whole table, whatever part of it a run has measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from srbench.bench.planning.plan import make_plan
from srbench.bench.planning.selection import Selection, on_demo_data, select, unnarrowed
from srbench.bench.results.gather import gather
from srbench.specs.recipe import DEMO

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.render.table_files import TexStyle
    from srbench.specs.table import Table


@dataclass(frozen=True)
class TableWriter:
    """Writer of tables; what a run has not selected is filled from the records of earlier runs."""

    catalog: Catalog
    plugin: Plugin
    selection: Selection
    options: Options
    roots: Sequence[Path]
    store: Store
    tex_style: TexStyle = "booktabs"

    def check(self, tables: Iterable[Table]) -> None:
        """Check what was selected, before the output folder is made.

        Raises:
            UnknownName: if a row, dataset, metric or the protocol does not exist.
            UsageError: if no scale is selected.
        """
        for table in tables:
            select(table, self.selection, self.catalog)
        if self.options.protocol:
            self.catalog.protocols.get(self.options.protocol)

    def write(self, result: Result, table: Table) -> str:
        """Write the files of a table, and return what was written where.

        Args:
            result: The part that the run has measured.
            table: The paper's table.
        """
        from srbench.render.table_files import in_tex_style, write_files
        from srbench.render.table_names import remove_partial, spared_name, table_name

        of_paper, whole = self._whole(result, table)
        if not whole.measured:
            return "no file is written: nothing is measured, and no record fills a cell"
        stem, out = f"table-{table.id}", self.store.root
        wanted = table_name(whole, of_paper, out)
        name, lost = spared_name(whole, wanted, out)
        if lost:
            click.echo(
                f"warning: {out / whole.plugin / wanted}.*: {lost} of its measured cells are missing now; it stays, "
                f"and this run's table is {name}; remove the older files to have them replaced",
                err=True,
            )
        automatic = [renderer for renderer in self.catalog.renderers if renderer.automatic]
        paths = write_files(whole, out, in_tex_style(automatic, self.tex_style), name)
        if name == wanted:
            remove_partial(out / whole.plugin, name)
        notes = []
        if len(whole.entries) > len(result.entries):
            notes.append(f"the whole table, {len(whole.measured)} of {len(whole.entries)} cells measured")
        if name == wanted != stem:
            notes.append(f"{stem} is left to the paper's rows and columns, and to the options that it was run with")
        return f"written: {', '.join(map(str, paths))}" + (f" ({'; '.join(notes)})" if notes else "")

    def _whole(self, result: Result, table: Table) -> tuple[Table, Result]:
        """Return the paper's table, and `result` with all its rows and columns and those that the selection adds."""
        selection, reference = self.selection, Selection()
        if self.options.profile == DEMO:
            reference = Selection(reference=True)
            table, selection = on_demo_data(table, self.catalog), replace(selection, reference=True)
        of_paper = unnarrowed(table, reference, self.catalog)
        all_of_it = unnarrowed(table, selection, self.catalog)
        places = [(row, column) for row in all_of_it.rows for column in all_of_it.columns]
        if places == [(entry.row, entry.column) for entry in result.entries]:
            return of_paper, result
        plan = make_plan(
            self.catalog,
            self.plugin,
            all_of_it,
            Selection(),
            self.options,
            self.roots,
            self.store,
            keep=True,
            measures=False,
        )
        measured = {(entry.row, entry.column): entry for entry in result.entries}
        rest = gather(plan, plan.cached)
        entries = tuple(measured.get((entry.row, entry.column), entry) for entry in rest.entries)
        return of_paper, replace(rest, entries=entries)
