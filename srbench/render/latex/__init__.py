"""Results as LaTeX tables, with the rules of booktabs or of plain LaTeX."""

from srbench.render.latex.document import to_latex, to_plain_latex

__all__ = ["to_latex", "to_plain_latex"]
