"""Standard output of a command with ``--json``: the document alone, whatever else is printed by networks or plugins."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import TYPE_CHECKING, TextIO, cast

from srbench.cli.writing.streams import SafeStream

if TYPE_CHECKING:
    from collections.abc import Iterator

_document_stream: list[SafeStream] = []
"""The stream of the document while all else goes to stderr; empty: ``sys.stdout`` is that stream."""


@contextlib.contextmanager
def stdout_for_json(stdout: SafeStream, *, enabled: bool) -> Iterator[None]:
    """Send what is printed to stderr, but for `document_stream`.

    That holds for Python's ``sys.stdout`` and, where it is the process's own stdout, for file descriptor 1, to which
    libraries in C and other processes write. The descriptor is not given back, since libraries may write at the end.

    Args:
        stdout: The safe ``sys.stdout``, which learns of a document that could not be written.
        enabled: Whether stdout is for one document; if not, nothing changes.
    """
    if not enabled:
        yield
        return
    document = _apart(stdout)
    _document_stream.append(document)
    sys.stdout = sys.stderr
    try:
        yield
    finally:
        _document_stream.pop()
        document.flush()
        stdout.failure = stdout.failure or document.failure
        sys.stdout = cast("TextIO", stdout)


def document_stream() -> SafeStream | None:
    """Return the stream that a JSON document is printed to; None: ``sys.stdout``."""
    return _document_stream[-1] if _document_stream else None


def release() -> None:
    """Give stdout back to everybody: a plugin's verb prints its document in its own way."""
    if _document_stream:
        sys.stdout = cast("TextIO", _document_stream[-1])


def _apart(stdout: SafeStream) -> SafeStream:
    """Return a stream to the process's stdout, whose descriptor then leads to stderr; else `stdout` itself."""
    try:
        if stdout.fileno() != 1 or sys.stderr.fileno() != 2:
            return stdout
        stdout.flush()
        apart = os.fdopen(os.dup(1), "w", encoding=stdout.written_as, errors=stdout.errors)
        os.dup2(2, 1)
    except (OSError, ValueError):  # it has no descriptor, or is closed
        return stdout
    return SafeStream(apart)
