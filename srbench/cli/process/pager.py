"""Long output page by page, where a person reads it."""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import click

from srbench.cli.process.flags import NO_PAGER, given
from srbench.terminal.width import terminal_height

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO


class Paged(str):
    """Output that was shown page by page."""

    __slots__ = ()


def show_pages(text: str) -> None:
    """Show text with the pager."""
    os.environ.setdefault("LESS", "FRX")
    click.echo_via_pager(text.removesuffix("\n"))


class _Page(io.StringIO):
    """Output that is kept until it is known whether it fits on the screen."""

    encoding = "utf-8"
    shown: Callable[[str], str] = str
    """Function that returns text with stand-ins for what the terminal lacks."""

    def isatty(self) -> bool:
        """Return True: it is laid out as for the terminal that it will be shown on."""
        return True


@contextmanager
def paged() -> Iterator[None]:
    """Show what is printed on stdout in the block with a pager, if it is longer than the terminal is high.

    Only on a terminal, and not with ``--no-pager``. The program is that of the variable PAGER, else ``less``; what is
    read stays on the screen, as with git.
    """
    stdout = sys.stdout
    if given(NO_PAGER) or not stdout.isatty() or not (sys.stdin and sys.stdin.isatty()):
        yield
        return
    page = _Page()
    page.shown = getattr(stdout, "shown", page.shown)
    sys.stdout = cast("TextIO", page)
    try:
        yield
    finally:
        sys.stdout = stdout
        text = page.getvalue()
        if sys.exc_info()[0] is None and text.count("\n") >= terminal_height():
            if (noted := getattr(stdout, "noted", None)) is not None:
                noted.append(Paged(text))
            show_pages(text)
        else:
            stdout.write(text)
            stdout.flush()
