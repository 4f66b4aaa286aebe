"""Command line of srbench: each verb is a module of its own, imported only when it is called."""

from __future__ import annotations

import sys

from srbench.cli.process.output_cache import cached_command
from srbench.cli.writing.streams import failure_of, safe_streams

OUTPUT_LOST = 1
"""Exit code of a command that succeeded, but whose output could not be written, e.g. to a full disk."""


def main() -> None:
    """Run the command line, printing every error as one line on stderr, and all of it with ``--traceback``.

    What ``--help``, ``list`` and ``show`` printed before is printed again while nothing that it is made of has changed.
    """
    with safe_streams() as (out, err):
        command = cached_command(sys.argv[1:], out)
        code = 0
        if command is None or not command.replay():
            from srbench.cli.command import run

            if command is not None:
                out.noted, err.noted = [], []
            code = run(out)
            if command is not None and code == 0 and not err.noted:
                command.store(out.noted or [])
        out.flush()
        if lost := failure_of(out):
            err.write(f"error: {lost}\n")
            code = code or OUTPUT_LOST
    sys.exit(code)


def __getattr__(name: str) -> object:
    """Import the click group ``cli`` when it is asked for."""
    if name == "cli":
        from srbench.cli.command import cli

        return cli
    raise AttributeError(f"module {__name__} has no attribute {name!r}")
