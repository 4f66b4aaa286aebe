"""The command line: one file a verb, imported when it is called for."""

from __future__ import annotations

import os
import sys
import warnings

import click

from srbench import __version__
from srbench.cli.group import Verbs
from srbench.errors import SrbenchError, UnknownName

INTERRUPTED = 130


@click.group(cls=Verbs, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="srbench")
def cli() -> None:
    """Train and evaluate super-resolution methods, and print the papers' tables again.

    Exit codes: 0 done; 1 some cells failed (named, the rest is written); 2 wrong usage or input,
    also where a cell failed for its input.
    """


def main() -> None:
    """Entry point: every error that srbench expects becomes one line on stderr."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # torch's profiler (peak_memory) reports missing GPUs as errors
    warnings.formatwarning = lambda message, *_args, **_kwargs: f"warning: {message}\n"
    try:
        code = cli.main(standalone_mode=False, prog_name="srbench")
    except SrbenchError as error:
        click.echo(f"error: {error}{broken_plugins() if isinstance(error, UnknownName) else ''}", err=True)
        code = 2
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(
            "interrupted: finished cells and checkpoints are kept; the same command (train: with --resume) goes on",
            err=True,
        )
        code = INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has seen enough
        sys.stderr.close()
        code = 0
    sys.exit(code)


def broken_plugins() -> str:
    """What to add to an unknown name: it may be one that a broken plugin would bring."""
    from srbench.catalog import load_catalog

    broken = [plugin.name for plugin in load_catalog().plugins.values() if not plugin.ok]
    return f" (broken plugins: {', '.join(broken)}; see srbench doctor)" if broken else ""
