"""Figures of ``srbench run``, which are measured, drawn and written one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.run import run_plan
from srbench.cli.execution import executor_of
from srbench.cli.exit_code import report_failures
from srbench.cli.output import echo_text
from srbench.cli.progress.measuring import progress_for
from srbench.errors import SrbenchError, UsageError
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import Plan
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.figure import Figure
    from srbench.training.job import TrainingJob

BROKEN = 2
"""Exit code if a figure cannot be drawn."""


@dataclass
class FigureRun:
    """A run that measures and draws figures of a plugin."""

    catalog: Catalog
    plugin: Plugin
    options: Options
    roots: tuple[Path, ...]
    store: Store
    jobs: int = 1
    train: Callable[[TrainingJob], Path] | None = None
    quiet: bool = False
    results: list[Result] = field(default_factory=list)
    """Measured cells of the figures drawn so far."""
    code: int = 0
    """Exit code: `BROKEN` if a figure could not be drawn, else 0."""

    def plan(self, figure: Figure) -> Plan:
        """Return the plan of the cells that `figure` needs."""
        return plan_figure(self.catalog, self.plugin, figure, self.options, self.roots, self.store)

    def draw(self, figures: Sequence[Figure]) -> list[dict[str, Any]]:
        """Draw and write each figure; a figure that cannot be drawn is reported on stderr and skipped.

        Returns:
            What ``--json`` prints: one mapping for each figure drawn.
        """
        return [document for document in map(self._draw, figures) if document]

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
            click.echo(to_text(drawing, context, terminal_width()))
            echo_text(f"written: {', '.join(str(path) for path in paths)}")
        lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
        remarks = list(drawing.remarks)
        files = [str(path) for path in paths]
        return {"plugin": self.plugin.name, "figure": figure.id, "files": files, "numbers": lines, "remarks": remarks}


def wanted_figures(plugin: Plugin, ids: Sequence[str]) -> list[Figure]:
    """Return the figures of `plugin` that ``--figure`` names; ``all`` stands for every figure.

    Raises:
        UnknownName: if the plugin has no such figure.
        UsageError: for ``all``, if the plugin has no figures.
    """
    if tuple(ids) != ("all",):
        return [plugin.figure(figure_id) for figure_id in ids]
    if not plugin.figures:
        raise UsageError(f"--figure all: plugin {plugin.name} has no figures; see srbench list figures")
    return list(plugin.figures.values())
