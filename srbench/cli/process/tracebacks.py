"""The option ``--traceback``, which every verb takes: errors are shown with the whole trace."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from srbench.errors import SrbenchError, one_line, trace_text
from srbench.escape import visible

if TYPE_CHECKING:
    from collections.abc import Callable

OPTION = "--traceback"
VARIABLE = "SRBENCH_TRACEBACK"
"""Variable of the environment that has the effect of the option if it is set, and not to 0."""

_wanted: list[bool] = []


def reset() -> None:
    """Forget the options of a command that ran before in this process."""
    _wanted.clear()


def wanted() -> bool:
    """Return whether the user asked for tracebacks, by the option or the environment."""
    return any(_wanted) or os.environ.get(VARIABLE, "0") not in {"", "0"}


def _note(_context: click.Context, _parameter: click.Parameter, value: Any) -> None:
    _wanted.append(bool(value))


def traceback_option() -> Callable[[Any], Any]:
    """Return the decorator that adds the option to a command."""
    return click.option(
        OPTION, is_flag=True, expose_value=False, is_eager=True, callback=_note, help="Show the whole trace of errors."
    )


def add_to(command: click.Command) -> None:
    """Add the option to a command, and to those in a group, unless they have one of that name."""
    if not any(OPTION in parameter.opts for parameter in command.params):
        traceback_option()(command)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            add_to(inner)


def describe(error: BaseException) -> str:
    """Return the lines that report an error which ends a command."""
    if wanted():
        return f"{trace_text(error)}error: {visible(one_line(error))}"
    how = "" if isinstance(error, SrbenchError) else f" ({OPTION} shows more)"
    return f"error: {visible(one_line(error))}{how}"
