"""Runs of tables of one or several plugins: planned together, measured once, written and printed table by table."""

from __future__ import annotations

from collections import ChainMap
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

import click

from srbench.bench.planning.plan import make_plan
from srbench.bench.results.gather import gather
from srbench.bench.results.verdict import Verdict
from srbench.bench.run import run_plans
from srbench.bench.tasks.plan_tasks import measure_tasks
from srbench.cli.exit_code import report_failures
from srbench.cli.output import echo_table, echo_text
from srbench.cli.progress.measuring import progress_for
from srbench.cli.tables.table_writer import TableWriter
from srbench.errors import StoreError
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import Plan
    from srbench.bench.planning.selection import Selection
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.cli.execution import Execution
    from srbench.records.record import Record
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.render.table_files import TexStyle
    from srbench.specs.table import Table

SUMMARY = ("plugin", "table", "cells", "measured", "reproduced", "differ", "failed")
"""Headers of the summary of several tables."""


@dataclass(frozen=True)
class TableRun:
    """A run of tables under one output folder."""

    catalog: Catalog
    tables: Sequence[tuple[Plugin, Table]]
    selection: Selection
    options: Options
    roots: Sequence[Path]
    store: Store
    execution: Execution
    tex_style: TexStyle = "booktabs"
    quiet: bool = False
    """Whether to print no progress and no table."""

    def plans(self) -> list[Plan]:
        """Return the plans of all tables."""
        return [
            make_plan(self.catalog, plugin, table, self.selection, self.options, self.roots, self.store, keep=True)
            for plugin, table in self.tables
        ]

    def check(self) -> None:
        """Check what was selected and the executor, before the output folder is made.

        Raises:
            UnknownName: if a row, dataset, metric, the protocol or the executor does not exist.
            UsageError: if no scale is selected, or if an option does not exist.
        """
        self.execution.check(self.catalog)
        for plugin, table in self.tables:
            self._files(plugin).check([table])

    def run(self) -> list[Result]:
        """Train and measure what the tables lack, write their files, print them, and return them."""
        plans = self.plans()  # before the output folder is made, which a refused command leaves alone
        executor = self.execution.executor(self.catalog, self.store.root)
        self.store.prepare()
        jobs = [task.job for task in measure_tasks(plans, self.store.root)]  # what tables share counts once
        with progress_for(jobs, quiet=self.quiet) as events:
            results = run_plans(
                plans,
                executor,
                events,
                self.store,
                self.catalog.cell_finished,
                trains=True,
                retries=self.execution.retries,
                executor_name=self.execution.name,
            )
        self._show(results)
        return results

    def collect(self) -> list[Result]:
        """Write and print the tables from the records that are there, without training or measuring anything."""
        results = []
        for plugin, table in self.tables:
            plan = make_plan(
                self.catalog,
                plugin,
                table,
                self.selection,
                self.options,
                self.roots,
                self.store,
                keep=True,
                measures=False,
            )
            results.append(gather(plan, ChainMap(self._failed(plan), cast("dict[str, Record]", plan.cached))))
        self._show(results)
        return results

    def _failed(self, plan: Plan) -> dict[str, Record]:
        """Return the stored records of cells that failed when they were last tried."""
        records = {}
        for key in dict.fromkeys(cell.key for slot in plan.slots for cell in slot.wanted_cells):
            with suppress(StoreError):  # a damaged record counts as none
                if key not in plan.cached and (record := self.store.get(key)):
                    records[key] = record
        return records

    def _show(self, results: Sequence[Result]) -> None:
        """Write the files of the tables, and print them."""
        from srbench.render.terminal.result import to_text

        for number, ((plugin, table), result) in enumerate(zip(self.tables, results, strict=True)):
            written = self._files(plugin).write(result, table)
            if not self.quiet:
                click.echo("\n" * bool(number) + to_text(result, terminal_width()))
                echo_text(written)
            report_failures(result)
        if len(results) > 1 and not self.quiet:
            click.echo()
            echo_table([_summary(result) for result in results], SUMMARY)

    def _files(self, plugin: Plugin) -> TableWriter:
        return TableWriter(self.catalog, plugin, self.selection, self.options, self.roots, self.store, self.tex_style)


def _summary(result: Result) -> tuple[object, ...]:
    """Return the line of a table in the summary."""
    verdicts = [entry.verdict for entry in result.entries]
    reproduced = sum(verdict.agrees for verdict in verdicts)
    return (
        result.plugin,
        result.table.id,
        len(verdicts),
        len(result.measured),
        reproduced,
        verdicts.count(Verdict.DIFFERS),
        verdicts.count(Verdict.FAILED),
    )
