"""The result of `srbench.run`, `srbench.evaluate` and `srbench.score`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from srbench.bench.results.table_result import Result as TableResult


@dataclass(frozen=True)
class Result:
    """A measured table, to be read as a data frame, as a file format, or in a notebook, which shows it as HTML."""

    table: TableResult
    """The table: its entries, with measured and published values, verdicts and remarks."""

    def frame(self) -> pd.DataFrame:
        """Return one line per table entry, with the columns of `srbench.read_results`."""
        from srbench.frames.columns import RESULTS, data_frame

        return data_frame(self.table.as_objects(), RESULTS)

    def to_markdown(self) -> str:
        """Return the table with its remarks as Markdown, as in ``table-*.md``."""
        from srbench.render.markdown import to_markdown

        return to_markdown(self.table)

    def to_latex(self) -> str:
        """Return the table as LaTeX, as in ``table-*.tex``."""
        from srbench.render.latex import to_latex

        return to_latex(self.table)

    def __str__(self) -> str:
        """Return the table with its remarks as the command prints it."""
        from srbench.render.terminal.result import to_text

        return to_text(self.table)

    def _repr_html_(self) -> str:
        """Return the table with its remarks as HTML, for notebooks."""
        from srbench.api.html import to_html_fragment

        return to_html_fragment(self.table)
