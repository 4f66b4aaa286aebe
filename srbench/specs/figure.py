"""A figure of a paper, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass

from srbench.specs.table import Column, Row, Table


@dataclass(frozen=True)
class Figure:
    """A figure of a paper: the cells that it needs, as rows and columns of a table, and the function that draws it."""

    id: str
    title: str
    draw: str = ""
    """``"module:attribute"``, called as ``draw(context: srbench.figures.context.FigureContext) -> srbench.Drawing``;
    empty for a sketch."""
    rows: tuple[Row, ...] = ()
    columns: tuple[Column, ...] = ()
    """Columns of the cells to measure before drawing; empty if `draw` evaluates models on images itself."""
    published: str = ""
    """Published values, as in `Table.published`; in that file the figure's table is called ``figure-<id>``."""
    protocol: str = "standard"
    """Name of the `Protocol` that the cells are measured under."""
    notes: tuple[str, ...] = ()
    """Caption, and the interpretation of what the paper leaves open."""
    redraw: str = ""
    """``"module:attribute"``, called as ``redraw(context, recorded)`` with a `FigureContext` and a `RecordedFigure`; it
    returns the picture, a `matplotlib.figure.Figure`, from the numbers of an earlier drawing. Empty: it needs the
    networks."""
    sketch: str = ""
    """Content of a figure without measurements, such as ``"structure of the network"``; it is listed, not drawn."""

    @property
    def table(self) -> Table:
        """Cells of the figure as a table, planned and measured like any other table."""
        name = f"figure-{self.id}"
        return Table(name, self.title, self.rows, self.columns, self.published, self.protocol)
