"""Cells of a LaTeX table: measured / published, the best measured value bold, the second underlined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from srbench.escape import latex as escape
from srbench.render.latex.width import width_in_em
from srbench.render.markup.best import Best
from srbench.render.numbers import NONE, measured_text, published_text
from srbench.render.ranks import reference_rank, superscript

if TYPE_CHECKING:
    from srbench.bench.results.table_result import Result, TableEntry
    from srbench.render.latex.style import Style

_BOLD = 0.075
"""Additional width of a bold character, in em."""


@dataclass(frozen=True)
class Cells:
    """Writer of the cells of a table."""

    result: Result
    style: Style
    best: Best

    @classmethod
    def of(cls, result: Result, style: Style) -> Cells:
        """Return the writer for `result`, whose best values are compared over the whole table."""
        return cls(result, style, Best.of(result))

    def latex(self, entry: TableEntry | None) -> str:
        """Return a cell: the measured value with the sign of its verdict, and the published one in italics."""
        if entry is None:
            return ""
        measured, published = escape(self._measured(entry)), escape(published_text(entry))
        measured = (r"{}", r"\textbf{{{}}}", r"\underline{{{}}}")[self.best.rank(entry)].format(measured)
        measured += self.style.mark(_sign(entry))
        if entry.published is None:
            return measured
        if self._measured(entry) == NONE:
            return rf"\textit{{{published}}}"
        return rf"{measured} / \textit{{{published}}}"

    def width(self, entry: TableEntry | None) -> float:
        """Return the width of a cell in em."""
        if entry is None:
            return 0
        measured = self._measured(entry)
        width = width_in_em(measured, _sign(entry)) + _BOLD * len(measured) * (self.best.rank(entry) == 1)
        if entry.published is None:
            return width
        published = width_in_em(published_text(entry))
        return published if measured == NONE else width + width_in_em(" / ") + published

    def _measured(self, entry: TableEntry) -> str:
        return measured_text(entry) + superscript(reference_rank(self.result, entry))


def _sign(entry: TableEntry) -> str:
    """Return the sign of the verdict on a measured value that is compared with a published one."""
    return entry.verdict.mark if entry.measured is not None and entry.published else ""
