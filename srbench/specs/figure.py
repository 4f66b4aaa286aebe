"""A figure of a paper, as a plugin declares it."""

from __future__ import annotations

from dataclasses import dataclass

from srbench.specs.table import Column, Row, Table


@dataclass(frozen=True)
class Figure:
    """A figure of a paper: the numbers it needs, as the rows and columns of a table, and what draws them."""

    id: str
    title: str
    draw: str
    """``"module:attribute"``, called as ``draw(context: srbench.figures.context.FigureContext) -> srbench.Drawing``."""
    rows: tuple[Row, ...] = ()
    columns: tuple[Column, ...] = ()
    """The cells that are measured before it is drawn; none where it looks at models and images itself."""
    published: str = ""
    """As in `Table`; the lines of this figure have ``figure-<id>`` for their table."""
    protocol: str = "standard"
    notes: tuple[str, ...] = ()
    """The caption, and how what the paper leaves open was read."""

    @property
    def table(self) -> Table:
        """Its cells as a table, to be planned and measured like any other."""
        name = f"figure-{self.id}"
        return Table(name, self.title, self.rows, self.columns, self.published, self.protocol)
