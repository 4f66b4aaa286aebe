"""The figures of ``srbench run``: measured, drawn and written one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.run import run_plan
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import report_failures
from srbench.cli.progress.measuring import progress_for
from srbench.errors import SrbenchError, UsageError
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srbench.bench.planning.plan import Options, Plan
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.figure import Figure
    from srbench.training.job import TrainingJob

BROKEN = 2
"""Exit code where a figure could not be drawn."""


@dataclass
class FigureRun:
    """Draws the figures of a plugin."""

    catalog: Catalog
    plugin: Plugin
    options: Options
    roots: tuple[Path, ...]
    store: Store
    jobs: int = 1
    train: Callable[[TrainingJob], Path] | None = None
    quiet: bool = False
    results: list[Result] = field(default_factory=list)
    """The measured cells of the figures so far."""
    code: int = 0
    """`BROKEN` where one could not be drawn."""

    def plan(self, figure: Figure) -> Plan:
        """What it needs, what of it is there already."""
        return plan_figure(self.catalog, self.plugin, figure, self.options, self.roots, self.store)

    def draw(self, figures: Sequence[Figure]) -> list[dict[str, Any]]:
        """Draw and write each; one that can't be drawn is named on stderr and the others go on.

        Returns what ``--json`` prints: one mapping a figure.
        """
        return [one for one in map(self._draw, figures) if one]

    def _draw(self, figure: Figure) -> dict[str, Any] | None:
        from srbench.render.figure_files import house_style, to_text, write_figure

        plan = self.plan(figure)
        with progress_for(plan.jobs, quiet=self.quiet) as events:
            result = run_plan(
                plan, executor_of(self.catalog, self.jobs), events, self.store, self.catalog.cell_finished, self.train
            )
        self.results.append(result)
        report_failures(result)
        context = FigureContext(figure, plan, result, self.catalog, self.roots, self.store)
        try:
            with house_style():
                drawing = draw_figure(context)
                paths = write_figure(drawing, context, self.store.root)
        except SrbenchError as error:
            click.echo(f"error: {error}", err=True)
            self.code = BROKEN
            return None
        if not self.quiet:
            click.echo(to_text(drawing, context))
            click.echo(f"written: {', '.join(str(path) for path in paths)}")
        lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
        remarks = list(drawing.remarks)
        files = [str(path) for path in paths]
        return {"plugin": self.plugin.name, "figure": figure.id, "files": files, "numbers": lines, "remarks": remarks}


def wanted_figures(plugin: Plugin, wanted: Sequence[str]) -> list[Figure]:
    """The figures named by ``--figure``; raises `UnknownName`, or `UsageError` where all of none are wanted."""
    if tuple(wanted) != ("all",):
        return [plugin.figure(one) for one in wanted]
    if not plugin.figures:
        raise UsageError(f"--figure all: plugin {plugin.name} has no figures (srbench list figures)")
    return list(plugin.figures.values())
