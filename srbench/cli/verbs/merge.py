"""``srbench merge``: records of several machines in one new results folder, with its tables."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from srbench.catalog import load_catalog
from srbench.cli.options import data_option, json_option
from srbench.cli.output import echo_json, echo_text
from srbench.errors import StoreError, UsageError
from srbench.escape import visible
from srbench.merging.leftovers import leftovers
from srbench.merging.merge import check_new, new_folder, write_records
from srbench.merging.records import NEWEST, Conflict, Merged, Source, merge_records
from srbench.merging.tables import PrintedTable, print_tables, wanted_tables
from srbench.storage.roots import data_roots
from srbench.terminal.counted import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_CONFLICTS = 20
"""Number of conflicts that are named before the rest is counted."""


@click.command()
@click.argument("folders", nargs=-1, required=True, metavar="A B [C ...]")
@click.option("--out", type=click.Path(path_type=Path), required=True, help="New folder for the records and tables.")
@click.option(
    "--prefer",
    default="",
    metavar="FOLDER|newest",
    help="Folder whose records are taken where the folders hold other values for one cell; newest: those whose files "
    "were written last (copies and git clones may have changed that time).",
)
@data_option
@json_option
def merge(folders: tuple[str, ...], out: Path, prefer: str, data: tuple[Path, ...], as_json: bool) -> int:
    """Merge the records of several results folders into a new one.

    The folders may be of several machines; their tables are printed again from all records. Nothing is measured, and
    nothing is overwritten. A record that several folders hold is taken once. Where they hold other values for one
    cell, the cells are named and nothing is written, unless --prefer says whose to take. A damaged record is named
    and left out. Trainings, figures and other files are not copied, but counted.

    \b
      srbench merge results ~/gpu/results --out merged
      srbench merge results ~/gpu/results --out merged --prefer results

    Exit codes: 0: merged; 1: merged, but a table could not be printed, or lacks a cell that a folder's table has; 2:
    wrong input, or other values for one cell.
    """
    sources = _sources(folders)
    if prefer and prefer != NEWEST:
        prefer = _preferred(prefer, sources)
    check_new(out)
    merged = merge_records(sources, prefer)
    if merged.conflicts:
        _refuse(merged.conflicts, sources, prefer)
    if not merged.chosen:
        raise StoreError(
            f"{', '.join(folders)}: there is no readable record in them; name output folders of srbench run"
        )
    source_tables = wanted_tables(sources)
    with new_folder(out) as folder:
        store = write_records(merged.chosen, folder)
        printed = print_tables(source_tables.tables, load_catalog(), data_roots(data), store)
    for problem in (*merged.damaged, *source_tables.damaged):
        click.echo(visible(f"warning: {problem}; it is left out"), err=True)
    for name in source_tables.unread:
        click.echo(visible(f"error: {name}: not printed: no folder has readable cells of it"), err=True)
    for table in printed:
        if table.problem:
            click.echo(visible(f"error: {_title(table)}: not printed: {table.problem}"), err=True)
        elif table.lost:
            click.echo(visible(f"error: {_title(table)}: {_lost(table)}"), err=True)
    left = [line for source in sources for line in leftovers(source)]
    if as_json:
        echo_json(_document(out, sources, merged, printed, left, source_tables.damaged))
    else:
        _show(out, sources, merged, printed, left)
    return 1 if source_tables.unread or any(table.problem or table.lost for table in printed) else 0


def _sources(folders: Sequence[str]) -> list[Source]:
    """Return the folders that are merged; one that is named twice counts once.

    Raises:
        StoreError: if one is not a folder.
    """
    sources: dict[Path, Source] = {}
    for name in folders:
        folder = Path(name)
        try:
            is_folder = folder.is_dir()
        except (OSError, ValueError):  # a name that is too long, or holds a null byte
            is_folder = False
        if not is_folder:
            raise StoreError(f"{name}: not a folder; name output folders of srbench run")
        sources.setdefault(folder.resolve(), Source(name, folder))
    return list(sources.values())


def _preferred(prefer: str, sources: Sequence[Source]) -> str:
    """Return the name of the source that ``--prefer`` means.

    Raises:
        UsageError: if it is none.
    """
    for source in sources:
        if prefer == source.name or Path(prefer).resolve() == source.folder.resolve():
            return source.name
    raise UsageError(f"--prefer {prefer}: none of the folders; write {NEWEST} or one of {_names(sources)}")


def _names(sources: Sequence[Source]) -> str:
    return ", ".join(source.name for source in sources)


def _refuse(conflicts: Sequence[Conflict], sources: Sequence[Source], prefer: str) -> None:
    """Name the conflicts on stderr.

    Raises:
        UsageError: always, with what to do about them.
    """
    for conflict in conflicts[:MOST_CONFLICTS]:
        click.echo(visible(f"conflict: {conflict.text}"), err=True)
    if len(conflicts) > MOST_CONFLICTS:
        click.echo(f"conflict: and {len(conflicts) - MOST_CONFLICTS} more", err=True)
    settled = f", which --prefer {prefer} does not settle" if prefer else ""
    raise UsageError(
        f"{counted(len(conflicts), 'cell')} with other values in {_names(sources)}{settled}; nothing is written: "
        f"choose with --prefer {NEWEST} or --prefer and a folder's name, or remove the records that are wrong"
    )


def _title(table: PrintedTable) -> str:
    wanted = table.wanted
    return f"{wanted.plugin}, Table {wanted.table} ({' '.join(filter(None, (wanted.options, wanted.suffix)))})"


def _lost(table: PrintedTable) -> str:
    """Return the cells of the sources' tables that have no record, in words."""
    row, column = table.lost[0]
    first = ", ".join(filter(None, (row, column.dataset, f"x{column.scale:g}" if column.scale else "", column.metric)))
    return f"{counted(len(table.lost), 'cell')} of the folders' tables without a record, the first: {first}"


def _show(
    out: Path, sources: Sequence[Source], merged: Merged, printed: Sequence[PrintedTable], left: Sequence[str]
) -> None:
    of_each = ", ".join(f"{source.name}: {merged.counts[source.name]}" for source in sources)
    lines = [f"written: {out}: {counted(len(merged.chosen), 'record')} ({of_each})"]
    lines += [f"settled: {conflict.text}" for conflict in merged.settled]
    lines += [
        f"{out / table.wanted.plugin / table.name}.*: {table.measured} of {table.cells} cells measured"
        for table in printed
        if table.name
    ]
    for line in (*lines, *left):
        echo_text(visible(line))


def _document(
    out: Path,
    sources: Sequence[Source],
    merged: Merged,
    printed: Sequence[PrintedTable],
    left: Sequence[str],
    damaged: Sequence[str],
) -> dict[str, Any]:
    return {
        "out": str(out),
        "records": len(merged.chosen),
        "sources": [{"name": source.name, "records": merged.counts[source.name]} for source in sources],
        "settled": [
            {
                "key": conflict.candidates[0].record.cell.key,
                "values": {each.source: each.record.value for each in conflict.candidates},
            }
            for conflict in merged.settled
        ],
        "damaged": [*merged.damaged, *damaged],
        "tables": [
            {
                "plugin": table.wanted.plugin,
                "table": table.wanted.table,
                "options": table.wanted.options,
                "file": table.name,
                "measured": table.measured,
                "cells": table.cells,
                "lost": [
                    {"row": row, "dataset": column.dataset, "scale": column.scale, "metric": column.metric}
                    for row, column in table.lost
                ],
                "problem": table.problem,
            }
            for table in printed
        ],
        "not_merged": list(left),
    }
