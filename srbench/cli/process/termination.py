"""SIGTERM, with which schedulers, containers and ``kill`` end a process: a command ends as it does on Ctrl-C."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

RANK = "LOCAL_RANK"
"""Variable that is set in the processes of a distributed training. These wait for each other in native code, where no
handler of Python runs, and so keep the system's own answer to SIGTERM."""


class Terminated(KeyboardInterrupt):
    """End of the process that SIGTERM asks for; what handles Ctrl-C handles it too."""


@contextmanager
def sigterm_as_interrupt() -> Iterator[None]:
    """Make the first SIGTERM raise `Terminated` in the main thread; a second one ends the process at once.

    Nothing is changed where SIGTERM is ignored or has another handler, in the processes of a distributed training, and
    in a thread that can't set handlers. Forked processes end at SIGTERM, as they would without a handler.
    """
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or RANK in os.environ or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    process = os.getpid()

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        if os.getpid() == process:
            raise Terminated
        os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        if signal.getsignal(signal.SIGTERM) is end:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)


def is_termination(error: BaseException) -> bool:
    """Return whether an interruption is `Terminated`, or an error that click raises in its place."""
    return any(isinstance(each, Terminated) for each in (error, error.__cause__, error.__context__))
