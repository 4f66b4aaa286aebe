"""stdout and stderr that take any text and outlive their reader: the one place where srbench meets a terminal.

A character that the encoding lacks (an arrow on a cp1252 console, a byte of a file name that is not UTF-8) becomes a
stand-in. A reader that is gone, as after ``| head``, and a full disk cost the rest of the output but never the work.
"""

from __future__ import annotations

import io
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from srbench.storage.text_encoding import readable
from srbench.terminal.width import terminal_width
from srbench.terminal.wrapping import paragraphs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TextIO

DEFAULT_ENCODING = "utf-8"


class SafeStream:
    """A text stream whose `write` and `flush` never raise; what else it is asked for is answered by `stream`."""

    encoding = DEFAULT_ENCODING
    """Encoding that writers may assume: every character can be written."""

    def __init__(self, stream: Any) -> None:
        self.stream = stream
        self.failure: OSError | ValueError | None = None
        """Error after which the rest is dropped; None: there was none."""
        self.noted: list[str] | None = None
        """Texts written so far, where an answer is kept for later; None: they are not collected."""

    @property
    def written_as(self) -> str:
        """Encoding of the bytes that arrive at the reader."""
        return getattr(self.stream, "encoding", None) or DEFAULT_ENCODING

    @property
    def buffer(self) -> SafeBytes:
        """The same stream for bytes."""
        return SafeBytes(self)

    def write(self, text: str) -> int:
        """Write `text` with stand-ins for what the encoding lacks; return its length."""
        shown = self.shown(text)
        if self.noted is not None:
            self.noted.append(text)
        self.attempt(lambda: self.stream.write(shown))
        return len(text)

    def shown(self, text: str) -> str:
        """Return `text` as it is written: with stand-ins for what the encoding lacks."""
        try:
            text.encode(self.written_as)
        except UnicodeError:
            return readable(text, self.written_as)
        return text

    def writelines(self, lines: Any) -> None:
        """Write each of `lines`."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Write what is buffered."""
        self.attempt(self.stream.flush)

    def attempt(self, action: Callable[[], object]) -> None:
        """Call `action` unless the stream has failed before; note its failure."""
        if self.failure is not None:
            return
        try:
            action()
        except (OSError, ValueError) as error:  # ValueError: code of a user or plugin has closed it
            self.failure = error
            self._drop_buffered()

    def _drop_buffered(self) -> None:
        """Send what is still buffered nowhere; at the end of the process Python would try, and fail, to write it."""
        with suppress(OSError, ValueError):  # a stream in memory has no number
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stream.fileno())
            os.close(nowhere)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.stream, name)


class MessageStream(SafeStream):
    """stderr, whose lines are broken where they are too long for the terminal: errors, warnings, notes, usage.

    What moves the cursor or has colours (a progress bar) was laid out by who writes it, and stays as it is.
    """

    def write(self, text: str) -> int:
        """Write `text`, which begins a line, laid out for the terminal; return its length."""
        width = None if "\x1b" in text or "\r" in text else terminal_width(self, 2)
        super().write(text if width is None else paragraphs(text, width))
        return len(text)


class SafeBytes:
    """The binary side of a `SafeStream`."""

    def __init__(self, text: SafeStream) -> None:
        self._text = text

    def write(self, content: bytes) -> int:
        """Write `content`; return its length."""
        self._text.attempt(lambda: self._text.stream.buffer.write(content))
        return len(content)

    def flush(self) -> None:
        """Write what is buffered."""
        self._text.attempt(self._text.stream.buffer.flush)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._text.stream.buffer, name)


@contextmanager
def safe_streams() -> Iterator[tuple[SafeStream, SafeStream]]:
    """Make ``sys.stdout`` and ``sys.stderr`` safe for the block, and yield them."""
    _open_closed()
    before = sys.stdout, sys.stderr
    out, err = SafeStream(_or_nowhere(sys.stdout)), MessageStream(_or_nowhere(sys.stderr))
    sys.stdout, sys.stderr = out, err
    try:
        yield out, err
    finally:
        out.flush()
        err.flush()
        sys.stdout, sys.stderr = before


def failure_of(stream: SafeStream) -> str:
    """Return why output is lost, for the user; empty if it is all written, or if the reader did not want the rest."""
    error = stream.failure
    if error is None or isinstance(error, BrokenPipeError):
        return ""
    reason = getattr(error, "strerror", None) or error
    return f"stdout: can't be written ({reason}); make room, or write to another place"


def _or_nowhere(stream: TextIO | None) -> Any:
    """Return `stream`, or one that drops all if it was closed before the start (``>&-``)."""
    return io.StringIO() if stream is None else stream


def _open_closed() -> None:
    """Open the standard files that were closed before the start, so that no other file takes their numbers."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            with suppress(OSError):
                os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
