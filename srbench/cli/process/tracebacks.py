"""The report of an error that ends a command; with ``--traceback``, the whole trace."""

from __future__ import annotations

import os

from srbench.cli.process.flags import TRACEBACK, given
from srbench.errors import SrbenchError, one_line, trace_text
from srbench.escape import visible

VARIABLE = "SRBENCH_TRACEBACK"
"""Variable of the environment that has the effect of the option if it is set, and not to 0."""


def wanted() -> bool:
    """Return whether the user asked for tracebacks, by the option or the environment."""
    return given(TRACEBACK) or os.environ.get(VARIABLE, "0") not in {"", "0"}


def describe(error: BaseException) -> str:
    """Return the lines that report an error which ends a command."""
    if wanted():
        return f"{trace_text(error)}error: {visible(one_line(error))}"
    how = "" if isinstance(error, SrbenchError) else f" ({TRACEBACK.spellings[0]} shows more)"
    return f"error: {visible(one_line(error))}{how}"
