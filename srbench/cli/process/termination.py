"""SIGTERM, with which schedulers, containers and ``kill`` end a process: a command ends as it does on Ctrl-C."""

from __future__ import annotations

import signal
import threading
from typing import NoReturn


class Terminated(KeyboardInterrupt):
    """End of the process that SIGTERM asks for; what handles Ctrl-C handles it too."""


def raise_on_sigterm() -> None:
    """Raise `Terminated` in the main thread at the first SIGTERM; a second one ends the process at once.

    In another thread, which can't set handlers of signals, nothing is changed.
    """
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _raise)


def _raise(*_: object) -> NoReturn:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    raise Terminated
