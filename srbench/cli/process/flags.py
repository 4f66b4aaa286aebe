"""The options that every verb takes, before or after its name: ``--traceback``, ``-q``, ``-v`` and ``--no-pager``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Flag:
    """An option without a value."""

    spellings: tuple[str, ...]
    help: str


TRACEBACK = Flag(("--traceback",), "Show the whole trace of errors.")
QUIET = Flag(("-q", "--quiet"), "No progress on stderr.")
VERBOSE = Flag(("-v", "--verbose"), "More progress: each image; with --dry-run each cell.")
NO_PAGER = Flag(("--no-pager",), "Print long output at once, not page by page.")
ALL = (TRACEBACK, QUIET, VERBOSE, NO_PAGER)
"""In the order of the help."""

_given: set[Flag] = set()


def reset() -> None:
    """Forget the options of a command that ran before in this process."""
    _given.clear()


def given(flag: Flag) -> bool:
    """Return whether the user gave `flag`."""
    return flag in _given


def flag_options(command: Any) -> Any:
    """Add all flags to a command or to its function, as a decorator."""
    for flag in reversed(ALL):
        command = _option(flag, flag.spellings)(command)
    return command


def add_to(command: click.Command) -> None:
    """Add the flags to a command, and to those in a group, in the spellings that it does not use for itself."""
    for flag in ALL:
        used = {spelling for parameter in command.params for spelling in parameter.opts}
        if flag.spellings[-1] not in used:
            _option(flag, tuple(spelling for spelling in flag.spellings if spelling not in used))(command)
    if isinstance(command, click.Group):
        for inner in command.commands.values():
            add_to(inner)


def _option(flag: Flag, spellings: tuple[str, ...]) -> Callable[[Any], Any]:
    def note(_context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        if value:
            _given.add(flag)

    return click.option(*spellings, is_flag=True, expose_value=False, is_eager=True, callback=note, help=flag.help)
