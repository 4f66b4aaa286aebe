"""Docstrings of srbench as reStructuredText: they are written for readers of the code, with plain bars and plurals."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

PLURAL = re.compile(r"(`[^`\s]+`)(?=[a-z])")
"""Name in backticks that a letter follows, as in `` `Row`s ``."""


def _escape(_app: Sphinx, _what: str, _name: str, _object: Any, _options: Any, lines: list[str]) -> None:
    """Escape in `lines` what reStructuredText would take for markup."""
    lines[:] = [PLURAL.sub(r"\1\\ ", line.replace("|", r"\|")) for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    """Connect the extension to Sphinx."""
    app.connect("autodoc-process-docstring", _escape)
    return {"parallel_read_safe": True}
