"""Command line of srbench: each verb is a module of its own, imported only when it is called."""

from __future__ import annotations

import os
import sys
import warnings

import click

from srbench import __version__
from srbench.cli.group import Verbs
from srbench.errors import SrbenchError, UnknownName
from srbench.escape import visible

INTERRUPTED = 130
"""Exit code after Ctrl-C."""


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="srbench")
def cli() -> None:
    """Train and evaluate super-resolution methods, and reproduce the papers' tables.

    Exit codes: 0: success; 1: some cells failed (they are named, all others are written), or nothing was measured; 2:
    wrong usage or wrong input, also if a cell failed because of its input.
    """


def main() -> None:
    """Run the command line, printing every error that srbench expects as one line on stderr."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # torch's profiler (peak_memory) reports missing GPUs as errors
    warnings.formatwarning = lambda message, *_args, **_kwargs: f"warning: {visible(str(message))}\n"
    try:
        code = cli.main(standalone_mode=False, prog_name="srbench")
    except SrbenchError as error:
        click.echo(
            f"error: {visible(str(error))}{broken_plugins() if isinstance(error, UnknownName) else ''}", err=True
        )
        code = 2
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "interrupted: finished cells and checkpoints are kept; the same command (train: with --resume) continues",
            err=True,
        )
        code = INTERRUPTED
    except BrokenPipeError:  # the reader of the pipe (head, less) has closed it
        sys.stderr.close()
        code = 0
    sys.exit(code)


def broken_plugins() -> str:
    """Return a hint for messages about unknown names: the broken plugins, one of which may define the name.

    Returns:
        The hint in parentheses after a space; empty if no plugin is broken.
    """
    from srbench.catalog import load_catalog

    broken = [plugin.name for plugin in load_catalog().plugins.values() if not plugin.ok]
    return f" (broken plugins: {', '.join(broken)}; see srbench doctor)" if broken else ""
