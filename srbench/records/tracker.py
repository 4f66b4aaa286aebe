"""Trackers of experiments, to which plugins log trainings and measured cells."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Generic, TypeVar

from srbench.errors import SrbenchError, Unavailable

if TYPE_CHECKING:
    from collections.abc import Callable

Runs = TypeVar("Runs")

LONGEST = 500
"""Characters of an error of a tracker that are shown."""


class Tracker(Generic[Runs]):
    """A tracker of experiments that is used only where a variable is set, and not again after its first error.

    Args:
        name: Name of the tracker, for messages.
        variable: Environment variable without which nothing is logged.
        library: Name of the library, for messages.
        install: What ``pip install`` needs for the library.
        begin: Function that imports the library, and returns the object to log to; called at the first log.
    """

    def __init__(self, name: str, *, variable: str, library: str, install: str, begin: Callable[[], Runs]) -> None:
        self._name, self._variable, self._library, self._install = name, variable, library, install
        self._begin = begin
        self._failed = False
        self.runs: Runs | None = None
        """Object to log to; None: nothing was logged yet."""

    def log(self, write: Callable[[Runs], None]) -> None:
        """Call `write` with the object to log to.

        Raises:
            Unavailable: if the library is not installed.
            SrbenchError: if the tracker raises an error.
        """
        if self._failed or not os.environ.get(self._variable):
            return
        try:
            if self.runs is None:
                self.runs = self._begin()
            write(self.runs)
        except ImportError as error:
            self._failed = True
            raise Unavailable(f"{self._library} is not installed; pip install '{self._install}'") from error
        except Exception as error:
            self._failed = True
            reason = " ".join(str(error).split())[:LONGEST]
            raise SrbenchError(f"{self._name}: {reason}; nothing more is logged") from error
