"""Figures of ``srbench run``, which are measured, drawn and written one after the other."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import click

from srbench.bench.run import run_plans
from srbench.cli.exit_code import report_failures
from srbench.cli.output import echo_text
from srbench.cli.progress.measuring import progress_for
from srbench.errors import SrbenchError, Unavailable, UsageError
from srbench.figures.context import FigureContext
from srbench.figures.draw import draw_figure, plan_figure, redraw_figure
from srbench.pictures.save import FORMATS
from srbench.terminal.width import terminal_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from srbench.bench.planning.options import Options
    from srbench.bench.planning.plan import Plan
    from srbench.bench.results.table_result import Result
    from srbench.catalog import Catalog
    from srbench.cli.execution import Execution
    from srbench.records.store import Store
    from srbench.registry import Plugin
    from srbench.specs.figure import Figure

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
    execution: Execution
    quiet: bool = False
    formats: tuple[str, ...] = ("png",)
    """File formats of the pictures."""
    redraw: bool = False
    """Whether pictures are drawn again from the numbers and crops in the output folder, without measuring."""
    results: list[Result] = field(default_factory=list)
    """Measured cells of the figures drawn so far."""
    code: int = 0
    """Exit code: `BROKEN` if a figure could not be drawn, else 0."""

    def plan(self, figure: Figure) -> Plan:
        """Return the plan of the cells that `figure` needs."""
        return plan_figure(self.catalog, self.plugin, figure, self.options, self.roots, self.store)

    def draw(self, figures: Sequence[Figure]) -> list[dict[str, Any]]:
        """Draw and write each figure; one that cannot be drawn is skipped and reported on stderr.

        Returns:
            What ``--json`` prints: one mapping for each figure drawn.
        """
        draw = self._redraw if self.redraw else self._draw
        return [document for document in map(draw, figures) if document]

    def _draw(self, figure: Figure) -> dict[str, Any] | None:
        from srbench.render.figure_files import to_text, write_figure

        plan = self.plan(figure)
        with progress_for(plan.jobs, quiet=self.quiet) as events:
            [result] = run_plans(
                [plan],
                self.execution.executor(self.catalog, self.store.root),
                events,
                self.store,
                self.catalog.cell_finished,
                trains=True,
                retries=self.execution.retries,
                executor_name=self.execution.name,
            )
        self.results.append(result)
        report_failures(result)
        context = FigureContext(figure, plan, result, self.catalog, self.roots, self.store)
        try:
            drawing = draw_figure(context)
            paths = write_figure(drawing, context, self.store.root, self.formats)
        except SrbenchError as error:
            self._report(figure, error)
            return None
        if not self.quiet:
            click.echo(to_text(drawing, context, terminal_width()))
            echo_text(f"written: {', '.join(str(path) for path in paths)}")
        lines = [dict(zip(drawing.numbers.header, line, strict=True)) for line in drawing.numbers.lines]
        return self._document(figure, paths, lines, list(drawing.remarks))

    def _redraw(self, figure: Figure) -> dict[str, Any] | None:
        from srbench.bench.results.gather import gather
        from srbench.figures.recorded import RecordedFigure
        from srbench.render.figure_files import write_pictures

        plan = self.plan(replace(figure, columns=()))
        context = FigureContext(figure, plan, gather(plan, {}), self.catalog, self.roots, self.store)
        try:
            recorded = RecordedFigure.read(self.store.root / self.plugin.name, figure.id)
            paths = write_pictures(redraw_figure(context, recorded), context, self.store.root, self.formats)
        except SrbenchError as error:
            self._report(figure, error)
            return None
        if not self.quiet:
            echo_text(f"drawn again, nothing measured: {', '.join(str(path) for path in paths)}")
        return self._document(figure, paths, list(recorded.lines), [])

    def _document(
        self, figure: Figure, paths: Sequence[Path], numbers: list[Any], remarks: list[str]
    ) -> dict[str, Any]:
        files = [str(path) for path in paths]
        return {"plugin": self.plugin.name, "figure": figure.id, "files": files, "numbers": numbers, "remarks": remarks}

    def _report(self, figure: Figure, error: SrbenchError) -> None:
        where = f"{self.plugin.name}, Figure {figure.id} is not drawn" if isinstance(error, Unavailable) else "error"
        click.echo(f"{where}: {str(error).removeprefix('Not drawn: ')}", err=True)
        self.code = BROKEN


def wanted_figures(plugin: Plugin, ids: Sequence[str]) -> list[Figure]:
    """Return the figures of `plugin` that ``--figure`` names; ``all`` stands for every figure.

    Raises:
        UnknownName: if the plugin has no such figure.
        UsageError: for a sketch, and for ``all`` if the plugin has no figures.
    """
    if tuple(ids) != ("all",):
        figures = [plugin.figure(figure_id) for figure_id in ids]
        for figure in figures:
            if figure.sketch:
                raise UsageError(
                    f"{plugin.name}, Figure {figure.id} shows no measurement ({figure.sketch}); look it up in the paper"
                )
        return figures
    drawn = [figure for figure in plugin.figures.values() if not figure.sketch]
    if not drawn:
        raise UsageError(f"--figure all: plugin {plugin.name} has no figures; see srbench list figures")
    return drawn


def figure_formats(names: Sequence[str]) -> tuple[str, ...]:
    """Return the file formats that ``--format`` names, PNG by default.

    Raises:
        UsageError: if a format is unknown.
    """
    wanted = tuple(dict.fromkeys(part.strip().lower() for name in names for part in name.split(",") if part.strip()))
    for name in wanted:
        if name not in FORMATS:
            raise UsageError(f"--format {name}: no format of figures; choose from {', '.join(FORMATS)}")
    return wanted or FORMATS[:1]
