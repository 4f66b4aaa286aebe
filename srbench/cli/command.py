"""The command line itself: a click group, and the errors that end a command, each as one line on stderr."""

from __future__ import annotations

import os
import sys
import warnings
from typing import TYPE_CHECKING

import click

from srbench import __version__
from srbench.cli.group import Verbs
from srbench.cli.process import flags, tracebacks
from srbench.cli.process.completion import VARIABLE
from srbench.cli.process.json_stdout import stdout_for_json
from srbench.cli.process.termination import is_termination, sigterm_as_interrupt
from srbench.cli.process.usage_words import usage_problem
from srbench.errors import SrbenchError, UnknownName, trace_text
from srbench.escape import visible

if TYPE_CHECKING:
    from srbench.cli.writing.streams import SafeStream

INTERRUPTED, TERMINATED = 130, 143
"""Exit codes after Ctrl-C and after SIGTERM: 128 plus the number of the signal, as in a shell."""
RESUMED = frozenset({"collect", "run", "search", "train"})
"""Verbs that go on where they were interrupted."""


@click.group(
    cls=Verbs,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
)
@click.version_option(__version__, "-V", "--version", prog_name="srbench")
@flags.flag_options
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Train and evaluate super-resolution methods, and reproduce the papers' tables.

    Exit codes: 0: success; 1: some cells failed (they are named, all others are written), or nothing was measured; 2:
    wrong usage or wrong input, also if a cell failed because of its input; 130 and 143: ended by Ctrl-C or SIGTERM.
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def run(out: SafeStream) -> int:
    """Run the command line of this process and return its exit code.

    Args:
        out: The safe ``sys.stdout``.
    """
    if os.environ.get(VARIABLE):  # a shell asks for completions, of an unfinished command
        cli.main(prog_name="srbench")
    flags.reset()
    with sigterm_as_interrupt(), stdout_for_json(out, enabled="--json" in sys.argv[1:]):
        return _code()


def _code() -> int:
    """Return the exit code of the command line."""
    os.environ.setdefault("KINETO_LOG_LEVEL", "6")  # torch's profiler (peak_memory) reports missing GPUs as errors
    warnings.formatwarning = lambda message, *_args, **_kwargs: f"warning: {visible(str(message))}\n"
    try:
        return int(cli.main(standalone_mode=False, prog_name="srbench") or 0)
    except SrbenchError as error:
        hint = broken_plugins() if isinstance(error, UnknownName) else ""
        click.echo(f"{tracebacks.describe(error)}{hint}", err=True)
        return 2
    except click.ClickException as error:
        click.echo(f"error: {usage_problem(error)}", err=True)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as error:
        terminated = is_termination(error)
        kept = ": finished cells and checkpoints are kept; the same command (train: with --resume) continues"
        end = "terminated" if terminated else "interrupted"
        click.echo(f"{end}{kept if RESUMED & set(sys.argv[1:]) else ''}", err=True)
        return TERMINATED if terminated else INTERRUPTED
    except OSError as error:  # of a disk, a permission, a name that is too long: nothing that srbench could mend
        where = f"{error.filename}: " if error.filename is not None else ""
        trace = trace_text(error) if tracebacks.wanted() else ""
        problem = f"error: {where}{error.strerror or error}; check the disk, its permissions and the name"
        click.echo(trace + problem, err=True)
        return 2
    except BaseException as error:  # noqa: BLE001 - of a network or a plugin, whose sys.exit(0) is no success either
        click.echo(tracebacks.describe(error), err=True)
        return 1


def broken_plugins() -> str:
    """Return a hint for messages about unknown names: the broken plugins, one of which may define the name.

    Returns:
        The hint in parentheses after a space; empty if no plugin is broken.
    """
    from srbench.catalog import load_catalog

    broken = [plugin.name for plugin in load_catalog().plugins.values() if not plugin.ok]
    return f" (broken plugins: {', '.join(broken)}; see srbench doctor)" if broken else ""
